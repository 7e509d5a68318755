// The page on every screen: nothing scrolls sideways, nothing that axe knows is wrong.
import { violations } from "./axe.mjs";
import { check, test, until } from "./harness.mjs";
import { press, reached, ready } from "./lab.mjs";

const SMALL = "v=1&side=14&net=conv8-pool&train=500&backend=cpu";
const SIZES = [
  [320, 640],
  [390, 844],
  [700, 900],
  [820, 1100],
  [1024, 768],
  [1440, 900],
];

for (const [width, height] of SIZES) {
  test(`nothing scrolls sideways at ${width} px`, async ({ open, page }) => {
    await page.setViewportSize({ width, height });
    await open(`${SMALL}&norm=batsh`);
    await ready(page);
    await press(page, "Step");
    await reached(page, 1);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(over <= 0, `${over} px too wide`);
  });
}

test("nothing of the confusion matrix is cut at 320 px", async ({ open, page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await open(SMALL);
  await ready(page);
  await press(page, "Inspect");
  for (const [name, part] of [
    ["Confusion", "lab-confusion .scroll"],
    ["Layer", "lab-inspect"],
  ]) {
    await page.getByRole("tab", { name }).click();
    await page.locator("lab-confusion table, lab-formula .unit").first().waitFor();
    const over = await page.locator(part).evaluate((box) => box.scrollWidth - box.clientWidth);
    check(over <= 0, `${name}: ${over} px are cut`);
  }
});

for (const [width, height] of [
  [390, 844],
  [1024, 768],
  [1440, 900],
]) {
  test(`every tab of Inspect shows its content whole at ${width} px`, async ({ open, page }) => {
    await page.setViewportSize({ width, height });
    await open(SMALL);
    await ready(page);
    await press(page, "Step");
    await reached(page, 1);
    if (width < 700) await press(page, "Inspect");
    const panel = page.locator("lab-inspect [role=tabpanel]");
    for (const tab of await page.locator("lab-inspect").getByRole("tab").all()) {
      await tab.click();
      const name = (await tab.textContent()).trim();
      await until(
        () => panel.evaluate((box) => box.clientHeight > 60 && box.textContent.trim().length > 30),
        `the content of ${name}`,
      );
      // What is wider than its place scrolls inside it, and nothing reaches beyond the panel.
      const beyond = await panel.evaluate((box) => {
        const { right } = box.getBoundingClientRect();
        const scrolls = (element) => element.closest(".scroll, pre") !== null;
        const out = [...box.querySelectorAll("*")].filter(
          (element) => !scrolls(element) && element.getBoundingClientRect().right > right + 1,
        );
        return out.map((element) => `${element.localName}.${element.className}`).join();
      });
      check(beyond === "", `${name}: ${beyond} beyond the panel`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(over <= 0, `${name}: ${over} px too wide`);
    }
  });
}

test("a link with six bad words is told of in full", async ({ open }) => {
  const page = await open("v=1&norm=batsh&lr=abc&foo=bar&init=kaimingg&act=rellu&batch=0");
  const list = page.locator(".note ul");
  await list.waitFor();
  check((await list.getByRole("listitem").count()) === 6, await list.textContent());
  const cut = await list.evaluate((box) => box.scrollHeight - box.clientHeight);
  check(cut <= 0, `${cut} px of it are cut`);
});

test("dropout has its column on a tablet, too", async ({ open, page }) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await open("v=1&train=500&backend=cpu");
  await ready(page);
  await page.locator(".layer", { hasText: "Dropout" }).waitFor();
});

for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of [
    [390, 844],
    [1440, 900],
  ]) {
    test(`axe finds nothing, ${colorScheme} at ${width} px`, async ({ open, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height });
      await open(`${SMALL}&norm=batsh`);
      await ready(page);
      await press(page, "Step");
      await reached(page, 1);
      if (width > 700) await page.getByRole("combobox", { name: "Activation" }).selectOption("tanh");
      await new Promise((later) => setTimeout(later, 400));
      const found = await violations(page);
      check(found.length === 0, found.join("\n"));
    });
  }
}

test("on a phone every card and the recipe can be reached", async ({ open, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.setViewportSize({ width: 390, height: 844 });
  await open(SMALL);
  await ready(page);
  const visible = (name) =>
    page.getByRole("region", { name, exact: true }).evaluate((card) => {
      const { left, right } = card.getBoundingClientRect();
      return left < innerWidth / 2 && right > innerWidth / 2;
    });
  const cards = {
    Network: "Network and depth strip",
    Inspect: "Inspect",
    Runs: "Runs",
    Draw: "Draw a digit",
    Curves: "Curves",
  };
  for (const [button, card] of Object.entries(cards)) {
    await press(page, button);
    await until(() => visible(card), `the card ${card}`, 5000);
  }
  await press(page, "Recipe");
  await page.getByRole("combobox", { name: "Normalization" }).waitFor({ state: "visible" });
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("lab-recipe button, lab-recipe select, .transport button, lab-nav button")]
      .filter((control) => control.checkVisibility({ visibilityProperty: true }))
      .filter((control) => control.getBoundingClientRect().height < 44)
      .map((control) => control.outerHTML.slice(0, 80)),
  );
  check(small.length === 0, `targets under 44 px: ${small.join(" | ")}`);
});

test("on a phone the recipe closes by its button and by Escape, and More holds what the bar has no room for", async ({
  open,
  page,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.setViewportSize({ width: 320, height: 700 });
  await open(SMALL);
  await ready(page);
  await page
    .getByText("A small network learns in this page: the round button starts and rests it.")
    .waitFor();
  const focus = () => page.evaluate(() => document.activeElement.textContent.trim());
  const network = page.getByRole("combobox", { name: "Network" });
  for (const close of [() => press(page, "Close the recipe"), () => page.keyboard.press("Escape")]) {
    await press(page, "Recipe");
    await network.waitFor({ state: "visible" });
    await close();
    await network.waitFor({ state: "hidden" });
    check((await focus()) === "Recipe", `the focus went to ${await focus()}`);
  }
  const names = await page
    .locator("lab-nav button")
    .evaluateAll((all) => all.map((button) => [button.scrollWidth, button.clientWidth]));
  check(
    names.every(([needs, has]) => needs <= has),
    JSON.stringify(names),
  );
  await press(page, "More");
  const more = page.getByRole("dialog", { name: "More" });
  const [title, why] = await more
    .locator(".reason > *")
    .evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect()));
  check(title.bottom <= why.top && title.height < 30, "the reason for the device is written over its title");
  await more.getByRole("spinbutton", { name: "Seed" }).waitFor();
  await more.getByRole("combobox", { name: "Speed" }).selectOption("slow");
  await press(page, "Dark or light");
  check((await page.evaluate(() => document.documentElement.dataset.theme)) === "dark", "it is still light");
  await new Promise((later) => setTimeout(later, 400));
  const found = await violations(page);
  check(found.length === 0, found.join("\n"));
  await press(page, "Embed");
  await page.getByRole("textbox", { name: "Tag to copy" }).waitFor();
});

for (const [width, height] of [
  [1024, 768],
  [1440, 900],
]) {
  test(`nothing in the recipe moves when the engine is ready, ${width} px`, async ({
    open,
    context,
    page,
  }) => {
    await page.setViewportSize({ width, height });
    let release;
    const gate = new Promise((resolve) => {
      release = resolve;
    });
    await context.route("**/*.wasm", async (route) => {
      await gate;
      await route.continue();
    });
    await open();
    const tops = () =>
      page
        .locator("lab-recipe .group > h2, lab-recipe .ctl > .name, lab-recipe .ctl > label")
        .evaluateAll((all) =>
          all.map((part) => {
            const [words] = [...part.childNodes].filter(
              ({ nodeType, data }) => nodeType === 3 && data.trim(),
            );
            return [words.data.trim(), part.getBoundingClientRect().top];
          }),
        );
    await until(async () => (await tops()).length > 15, "names");
    const before = await tops();
    check((await page.locator("lab-recipe .groups").getAttribute("aria-hidden")) === "true", "it is ready");
    release();
    await ready(page);
    const after = await tops();
    check(
      before.length === after.length &&
        before.every(([name, top], i) => name === after[i][0] && Math.abs(top - after[i][1]) < 2),
      `${JSON.stringify(before)} became ${JSON.stringify(after)}`,
    );
  });
}

test("speed can be chosen at every width", async ({ open, page }) => {
  await open(SMALL);
  await ready(page);
  for (const width of [320, 390, 700, 820, 1024, 1240, 1366, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    const more = page.getByRole("button", { name: "More", exact: true });
    if (await more.isVisible()) await more.click();
    await page.getByRole("combobox", { name: "Speed" }).first().selectOption("full", { timeout: 5000 });
    await page.keyboard.press("Escape");
    const over = await page.evaluate(() => {
      const bar = document.querySelector(".top");
      return bar.scrollWidth - bar.clientWidth;
    });
    check(over <= 0, `at ${width} px the bar is ${over} px too wide`);
  }
});

test("the legend of the curves is whole at every width", async ({ open, page }) => {
  await open(SMALL);
  await ready(page);
  for (const width of [320, 390, 700, 820, 921, 1024, 1240, 1366, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    const over = await page.evaluate(() => {
      const legend = document.querySelector("lab-curves .legend");
      return legend.scrollWidth - legend.clientWidth;
    });
    check(over <= 0, `at ${width} px ${over} px are cut`);
  }
});

/** Left, top, right and bottom of the parts by their names. */
const places = (page, names) =>
  page.evaluate((all) => {
    const place = (name) => {
      const { left, top, right, bottom } = document.querySelector(name).getBoundingClientRect();
      return { left, top, right, bottom };
    };
    return Object.fromEntries(all.map((name) => [name, place(name)]));
  }, names);

/** Where the parts stand after a first step. */
async function laidOut(open, page, colorScheme, size) {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(size);
  await open("v=1&side=14&train=500&backend=cpu");
  await ready(page);
  await press(page, "Step");
  await reached(page, 1);
  const parts = ["recipe", "strip", "curves", "inspect", "pad", "doctor", "runs"];
  const at = await places(
    page,
    parts.map((name) => `lab-${name}`),
  );
  return { at, told: JSON.stringify(at) };
}

for (const colorScheme of ["light", "dark"]) {
  test(`wide, three columns hold everything without scrolling, ${colorScheme}`, async ({ open, page }) => {
    const { at, told } = await laidOut(open, page, colorScheme, { width: 1440, height: 900 });
    check(
      at["lab-recipe"].right <= at["lab-strip"].left && at["lab-strip"].right <= at["lab-pad"].left,
      told,
    );
    check(at["lab-strip"].bottom <= at["lab-curves"].top, told);
    check(at["lab-curves"].bottom <= at["lab-inspect"].top, told);
    check(at["lab-pad"].bottom <= 900.5 && at["lab-curves"].bottom < 760, told);
    const tall = await page.evaluate(() => document.documentElement.scrollHeight);
    check(tall <= 900, `the page is ${tall} px tall`);
    const gutter = await page.evaluate(() => getComputedStyle(document.documentElement).scrollbarGutter);
    check(gutter === "stable", "a scrollbar that comes with a tab moves everything");
  });

  test(`on a tablet the recipe stands beside the strip, ${colorScheme}`, async ({ open, page }) => {
    const { at, told } = await laidOut(open, page, colorScheme, { width: 1024, height: 768 });
    check(at["lab-recipe"].right <= at["lab-strip"].left, told);
    for (const card of ["lab-doctor", "lab-runs"]) {
      check(at["lab-curves"].bottom <= at[card].top && at[card].top < 768 - 30, told);
      check(at[card].bottom <= at["lab-pad"].top, told);
    }
    check(at["lab-pad"].bottom <= at["lab-inspect"].top, told);
    const { left, right } = at["lab-curves"];
    check(at["lab-pad"].left === left && at["lab-pad"].right === right, told);
  });
}

for (const width of [700, 1024, 1440]) {
  test(`a range of tiny numbers covers no colours at ${width} px`, async ({ open, page }) => {
    await page.setViewportSize({ width, height: 900 });
    await open(
      "v=1&side=14&train=500&net=conv8-conv8-conv8-conv8-pool&norm=none&init=normal&std=0.000001&backend=cpu",
    );
    await ready(page);
    await page.locator(".scale", { hasText: "10⁻" }).first().waitFor();
    const said = await page.evaluate(() => {
      const box = (scale) => {
        const range = document.createRange();
        const [colours] = scale.getElementsByTagName("i");
        range.selectNodeContents(scale);
        if (colours) range.setStartAfter(colours);
        return { text: range.getBoundingClientRect(), colours, place: scale.getBoundingClientRect() };
      };
      return [...document.querySelectorAll(".scale")].map((scale) => {
        const { text, colours, place } = box(scale);
        const free = !colours || colours.getBoundingClientRect().right <= text.left;
        return `${scale.textContent.trim()} ${free && text.left >= place.left && text.right <= place.right}`;
      });
    });
    check(said.some((one) => one.includes("⁻")) && said.every((one) => one.endsWith("true")), said.join());
  });
}

test("on a touch screen the pad speaks of fingers, and nothing asks for Play while it plays", async ({
  browser,
  origin,
}) => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  await page.goto(`${origin}/#${SMALL}`);
  await ready(page);
  const pad = page.getByRole("region", { name: "Draw a digit" });
  await pad.getByText("Draw with a finger, as large as the field.").waitFor();
  check((await pad.getByText("arrow keys and space").count()) === 0, "it speaks of keys");
  await page.getByText("the round button starts and rests it.").waitFor();
  await press(page, "Play");
  await page.getByText("The network learns: the round button lets it rest.").waitFor();
  await press(page, "Pause");
  await page.getByText("The network rests: the round button lets it go on.").waitFor();
  await context.close();
});

test("the colour ranges of neighbours stand apart", async ({ open, page }) => {
  await open("v=1&train=500&backend=cpu");
  await ready(page);
  await press(page, "Step");
  await reached(page, 1);
  const gaps = await page.locator("lab-strip .scale").evaluateAll((scales) => {
    const places = scales.map((scale) => {
      const range = document.createRange();
      range.selectNodeContents(scale);
      return range.getBoundingClientRect();
    });
    return places.slice(1).map(({ left }, i) => left - places[i].right);
  });
  check(gaps.length === 10 && Math.min(...gaps) >= 5, `px between them: ${gaps}`);
});

test("numbers of activations that burst stand apart at every width", async ({ open, page }) => {
  await open("v=1&train=500&init=normal&std=1&backend=cpu");
  await ready(page);
  await press(page, "Step");
  await reached(page, 1);
  for (const width of [1024, 1240, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await page.locator("[data-row=activation] + .depth .warn").first().waitFor();
    const gaps = await page.evaluate(() =>
      [...document.querySelectorAll(".depth svg")].flatMap((row) => {
        const all = [...row.querySelectorAll("text[text-anchor=middle]")];
        const places = all.map((words) => words.getBoundingClientRect());
        const spaced = all.map(({ textContent }) => textContent.includes(" "));
        return places
          .slice(1)
          .map(({ left }, i) => left - places[i].right - (spaced[i] && spaced[i + 1] ? 6 : 0));
      }),
    );
    check(gaps.length > 20 && Math.min(...gaps) >= 2, `px between them at ${width} px: ${gaps}`);
  }
});

test("twelve columns have room for their names and their dead units", async ({ open, page }) => {
  await open("v=1&net=vgg-deep&norm=none&train=500&backend=cpu");
  await ready(page);
  await page.locator("[data-row=dead] + .depth .amount").first().waitFor();
  const gaps = await page.evaluate(() => {
    const boxes = (parts) =>
      [...document.querySelectorAll(parts)].map((part) => {
        const range = document.createRange();
        range.selectNodeContents(part);
        return part.textContent ? range.getBoundingClientRect() : part.getBoundingClientRect();
      });
    const between = (all) => all.slice(1).map(({ left }, i) => left - all[i].right);
    return {
      names: between(boxes(".grid .layer b")),
      dead: between(boxes("[data-row=dead] + .depth :is(.trough, .caption)")),
      cut: [...document.querySelectorAll(".grid .layer b")].filter(
        ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
      ).length,
    };
  });
  check(gaps.names.length > 10 && gaps.cut === 0, `${gaps.cut} names are cut`);
  check(Math.min(...gaps.names) >= 3, `px between names: ${gaps.names}`);
  check(Math.min(...gaps.dead) >= 2, `px between marks of dead units: ${gaps.dead}`);
});

test("two runs stay in sight beside the doctor, a note and nine views", async ({ open, page }) => {
  await open(SMALL);
  await ready(page);
  await press(page, "Step");
  await reached(page, 1);
  await page.evaluate(() => convlab.restart.with({ lr: 1000, norm: "none" }));
  await press(page, "Play");
  await page.getByRole("button", { name: /^Again with lr/ }).waitFor();
  await press(page, "9 views");
  await page.locator("lab-doctor .finding").first().waitFor();
  const seen = await page.evaluate(() => {
    const runs = document.querySelector("lab-runs");
    const { top, bottom } = runs.getBoundingClientRect();
    const rows = [...runs.querySelectorAll("li > b, li > .link")].map((row) => row.getBoundingClientRect());
    const note = document.querySelector(".note").getBoundingClientRect();
    return {
      rows: rows.filter((row) => row.top >= top && row.bottom <= bottom).length,
      apart: bottom <= note.top,
      headline: document.querySelector("lab-doctor h3").getBoundingClientRect().bottom < top,
    };
  });
  check(seen.rows === 2 && seen.apart && seen.headline, JSON.stringify(seen));
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing where everything is unfolded, ${colorScheme}`, async ({ open, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(`${SMALL}&norm=group&opt=adam&init=normal`);
    await ready(page);
    await press(page, "Step");
    await reached(page, 1);
    const folded = page.locator("lab-recipe h2 button[aria-expanded=false]");
    while ((await folded.count()) > 0) await folded.first().click();
    await page.getByRole("button", { name: "Learning rate: too low, too high" }).click();
    await page.getByRole("button", { name: /^Freeze 0/ }).click();
    await page.getByRole("combobox", { name: "Network" }).selectOption("Layers of your own…");
    const groups = page.getByRole("spinbutton", { name: "Groups" });
    await groups.fill("5000");
    await groups.press("Enter");
    await page.getByRole("combobox", { name: "Speed" }).first().selectOption("stages");
    await press(page, "Step");
    await page.getByRole("list", { name: "Stages of this step" }).waitFor();
    await page.getByRole("figure", { name: "Loss" }).getByRole("button", { name: "options" }).click();
    await page.getByRole("figure", { name: "Accuracy" }).getByRole("button", { name: "data table" }).click();
    const found = await violations(page);
    check(found.length === 0, found.join("\n"));
    await page.getByRole("button", { name: "Layers: data table" }).click();
    await new Promise((later) => setTimeout(later, 300));
    const more = await violations(page);
    check(more.length === 0, more.join("\n"));
  });
}

test("print is light and without controls, whatever the screen shows", async ({ open, page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await open(SMALL);
  await ready(page);
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  await page.getByRole("button", { name: "Dark or light" }).click();
  await page.getByRole("button", { name: "Dark or light" }).click();
  check((await theme()) === "dark", `the page is ${await theme()}`);
  await page.getByRole("tab", { name: "Check & search" }).click();
  await page.getByRole("button", { name: "Climb the ladder" }).waitFor();
  await page.emulateMedia({ media: "print" });
  await until(async () => (await theme()) === "light", "light paper");
  for (const place of [
    "lab-checks .btn",
    "lab-checks .seg",
    "lab-try",
    "lab-curves .tools",
    ".transport",
    "lab-recipe",
    ".run-file",
  ]) {
    check(!(await page.locator(place).first().isVisible()), `${place} is printed`);
  }
  check(await page.getByRole("figure", { name: "Loss" }).isVisible(), "the loss is not printed");
  const [cards, rest] = await page.evaluate(() =>
    [".card", ".side"].map((place) => document.querySelector(place).offsetHeight),
  );
  check(rest <= cards + 1, `${rest - cards} px below the cards stay empty`);
  await page.emulateMedia({ media: "screen" });
  await until(async () => (await theme()) === "dark", "the theme of the screen");
});

for (const [width, height] of [
  [320, 700],
  [1440, 900],
]) {
  test(`axe finds nothing where a layer is chosen and a block opened, ${width} px`, async ({
    open,
    page,
  }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.setViewportSize({ width, height });
    await open("v=1&side=14&net=vgg-deep&train=200&backend=cpu");
    await ready(page);
    await press(page, "Step");
    await reached(page, 1);
    if (width < 700) await press(page, "Network");
    const strip = page.getByRole("region", { name: "Network and depth strip" });
    await strip.locator("button[title*=folded]").nth(1).click();
    const conv = strip.locator(".layer.inside, .inside .row").first();
    await until(() => conv.evaluate((head) => head === document.activeElement), "the focus is on the block");
    await page.keyboard.press("Enter");
    await strip.getByRole("button", { name: "show filters" }).click();
    await strip.getByRole("spinbutton", { name: /^input channel/ }).waitFor();
    await page.getByText("y = Σ w · x + b").first().waitFor();
    const found = await violations(page);
    check(found.length === 0, found.join("\n"));
    await strip.getByRole("button", { name: "Layers: data table" }).click();
    const more = await violations(page);
    check(more.length === 0, more.join("\n"));
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(over <= 0, `${over} px too wide`);
  });
}
