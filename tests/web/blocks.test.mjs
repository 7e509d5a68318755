// The recipe's locks and lists, and the strip that answers to them.
import { check, test, until } from "./harness.mjs";
import { figures, hash, losses, press, reached, ready, same } from "./lab.mjs";

const SMALL = "v=1&side=14&net=conv8-pool&train=500&backend=cpu";

const strip = (page) => page.getByRole("region", { name: "Network and depth strip" });
const group = (page, name) =>
  page.locator("lab-recipe section.group", { has: page.getByRole("heading", { name }) });
const unfold = (page, name) => group(page, name).locator("h2 button").click();

test("a lock freezes a block, the strip shows it, the link repeats it", async ({ open, browser }) => {
  const page = await open(SMALL);
  await ready(page);
  await unfold(page, /^Model/);
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 1, "step 1");
  await page.getByRole("button", { name: "Freeze 0 Conv 3×3" }).click();
  await strip(page).locator(".layer").getByRole("img", { name: "frozen" }).waitFor();
  check(/at=1\.freeze\.0/.test(await hash(page)), await hash(page));
  const filters = () =>
    page.evaluate(async () => {
      const { layers } = await convlab.run.session.inspect({ layers: ["0"], filters: true });
      return [...layers[0].filters.data].join();
    });
  const before = await filters();
  await press(page, "Play");
  await reached(page, 20);
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  check(before === (await filters()), "the frozen filters moved");
  const first = await losses(page);
  const fresh = await (await browser.newContext()).newPage();
  await fresh.goto(page.url());
  await ready(fresh);
  await press(fresh, "Play");
  await reached(fresh, 20);
  same(first, await losses(fresh), 20);
  await strip(fresh).locator(".layer").getByRole("img", { name: "frozen" }).waitFor();
  await fresh.context().close();
  await page.getByRole("button", { name: "Freeze 0 Conv 3×3", pressed: true }).click();
  await page.getByRole("button", { name: "Freeze 0 Conv 3×3", pressed: false }).waitFor();
});

test("layers of one's own: what cannot be is marked where it breaks", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const layers = page.getByRole("textbox", { name: "Layers", exact: true });
  await page.getByRole("combobox", { name: "Network" }).selectOption("Layers of your own…");
  const example = await layers.getAttribute("placeholder");
  const hint = await page.locator(`#${await layers.getAttribute("aria-describedby")}`).textContent();
  check(hint.startsWith(`For example ${example}. Known are `), hint);
  const known = /Known are (.+); /.exec(hint)[1].split(/, | and /);
  for (const words of [example, ...known.map((word) => `conv8-${word}`)]) {
    await layers.fill(words);
    await layers.press("Enter");
    await until(async () => (await hash(page)).includes(`net=${words}`), `the network ${words}`);
  }
  await layers.fill("conv8-pool-pool-pool-pool-conv4");
  await layers.press("Enter");
  const note = strip(page).getByRole("note");
  await note.filter({ hasText: "Layer 5, pool: A 2×2 window does not fit a 1×1 map" }).waitFor();
  check((await note.locator("code.bad").textContent()) === "✕ pool", await note.textContent());
  check((await note.locator("code").count()) === 6, "the other layers are missing");
  const play = page.getByRole("button", { name: "Play", exact: true });
  const beside = page.locator(`#${await play.getAttribute("aria-describedby")}`);
  check(
    (await beside.textContent()) === "Layer 5, pool, does not fit. Play trains the network shown.",
    await beside.textContent(),
  );
  await layers.fill("conv8-pool-conv4-gap");
  await layers.press("Enter");
  await until(async () => (await note.count()) === 0, "the mark goes");
  await until(async () => (await hash(page)).includes("net=conv8-pool-conv4-gap"), "the link says so");
  check((await beside.count()) === 0, "Play is about another network");
  await layers.fill("conv8-pool-pool-pool-pool-conv4");
  await layers.press("Enter");
  await note.waitFor();
  await press(page, "Default experiment");
  await until(async () => (await layers.count()) === 0, "the line goes with its words");
});

test("what cannot be is marked while a run goes on, and only undo lets it start", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Play");
  await reached(page, 3);
  const layers = page.getByRole("textbox", { name: "Layers", exact: true });
  await page.getByRole("combobox", { name: "Network" }).selectOption("Layers of your own…");
  await layers.fill("conv8-pool-pool-pool-pool-conv4");
  await layers.press("Enter");
  const note = strip(page).getByRole("note");
  await note.filter({ hasText: "Layer 5, pool: A 2×2 window does not fit a 1×1 map" }).waitFor();
  check((await note.locator("code.bad").textContent()) === "✕ pool", await note.textContent());
  check(!(await note.textContent()).includes("is used"), await note.textContent());
  const { step } = await figures(page);
  await reached(page, step + 3);
  await press(page, "Pause");
  const restart = page.getByRole("button", { name: "Restart as new run" });
  await page.getByText("This cannot start. Layer 5, pool, does not fit.").first().waitFor();
  const told = page.getByText("A 2×2 window does not fit a 1×1 map");
  const places = await told.evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().width > 1).map((one) => one.className),
  );
  check(places.join() === "impossible", `the reason stands in ${places}`);
  check((await restart.getAttribute("aria-disabled")) === "true", "it can be pressed");
  await restart.click({ force: true });
  await page.getByText("This cannot start.").nth(1).waitFor();
  check((await page.evaluate(() => convlab.runs.older.length)) === 0, "it has started");
  check(/net=conv8-pool(&|$)/.test(await hash(page)), await hash(page));
  await press(page, "Undo all waiting changes");
  await until(async () => (await note.count()) === 0, "the mark goes");
  check((await restart.count()) === 0, "something waits");
  check((await page.locator("lab-recipe .wrong").count()) === 0, "it is still called wrong");
  check((await layers.inputValue()) === "conv8-pool", "the line has other layers than the run");

  await page.getByRole("combobox", { name: "Normalization" }).selectOption("group");
  await page.getByText("1 change waits").waitFor();
  const groups = page.getByRole("spinbutton", { name: "Groups" });
  await groups.fill("5");
  await groups.press("Enter");
  await strip(page).getByRole("img", { name: "does not fit" }).waitFor();
  await page.getByRole("combobox", { name: "Normalization" }).selectOption("layer");
  await until(async () => (await note.count()) === 0, "without groups it can be");
  await restart.click();
  await until(async () => (await hash(page)).includes("norm=layer"), "it starts");
});

test("groups that divide no channels are marked at their layer", async ({ open }) => {
  const page = await open(`${SMALL}&norm=group`);
  await ready(page);
  const box = page.getByRole("spinbutton", { name: "Groups" });
  await box.fill("5");
  await box.press("Enter");
  await strip(page).getByRole("img", { name: "does not fit" }).waitFor();
  check(
    (await strip(page).locator(".layer.broken b").textContent()) === "Conv 3×3",
    "another layer is marked",
  );
});

test("networks stand in groups", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const groups = await page
    .getByRole("combobox", { name: "Network" })
    .locator("optgroup")
    .evaluateAll((all) => all.map(({ label, children }) => [label, children.length]));
  check(groups.length === 4 && groups.every(([, members]) => members >= 3), JSON.stringify(groups));
});

test("each number says what too low and too high look like", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const help = page.getByRole("button", { name: "Learning rate: too low, too high" });
  await help.click();
  const ends = page.locator("[data-key=lr] .ends");
  check(/falls slowly.*jumps/s.test(await ends.textContent()), await ends.textContent());
  await help.click();
  await until(async () => (await ends.count()) === 0, "it folds");
});

test("a lesson's controls come first, the others are folded", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await page.evaluate(() => convlab.recipe.show(["momentum", "lr"]));
  const shown = () =>
    group(page, /^Optimizer/)
      .locator(".ctl")
      .evaluateAll((all) => all.map(({ dataset }) => dataset.key).join());
  await until(async () => (await shown()) === "lr,momentum", "two controls");
  await unfold(page, /^Optimizer/);
  check((await shown()).startsWith("lr,momentum,"), await shown());
});

test("another probe image shows its maps and its answer", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 1, "step 1");
  const maps = () =>
    page.evaluate(() => convlab.run.inspection.layers.find(({ maps }) => maps)?.maps.data.join());
  const old = await maps();
  await strip(page)
    .getByRole("button", { name: /^Look at probe image 4/ })
    .first()
    .click();
  await until(async () => (await maps()) !== old, "other maps");
  const label = await page.evaluate(() => convlab.run.inspection.image.labels[3]);
  const image = strip(page)
    .getByRole("img", { name: `probe image: ${label}` })
    .first();
  await image.waitFor();
  await strip(page)
    .getByRole("button", { name: /^Look at probe image 1/ })
    .first()
    .waitFor();
});

test("filters of a convolution stand in its column on demand", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await strip(page)
    .getByRole("button", { name: /Conv 3×3/ })
    .first()
    .click();
  await strip(page).getByRole("button", { name: "show filters" }).click();
  const size = () =>
    strip(page)
      .locator(".grid .maps")
      .nth(1)
      .locator("canvas")
      .first()
      .evaluate(({ width }) => width);
  await until(async () => (await size()) === 3, "3 × 3 pictures");
  await strip(page).getByRole("button", { name: "show feature maps" }).click();
  await until(async () => (await size()) === 14, "feature maps");
});

test("a flat activation shows saturation in place of dead units", async ({ open }) => {
  const page = await open(`${SMALL}&act=sigmoid`);
  await ready(page);
  await strip(page).getByRole("img", { name: "Share of saturated activations per layer" }).waitFor();
});

test("pressed columns are chosen, Escape and a button let them go", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const column = strip(page)
    .getByRole("button", { name: /^Batch/ })
    .first();
  const chosen = () => column.getAttribute("aria-pressed");
  await column.focus();
  await page.keyboard.press("Enter");
  await strip(page).getByRole("heading", { name: "Batch, layer 1" }).waitFor();
  await page.keyboard.press("Escape");
  await until(async () => (await chosen()) === "false", "Escape");
  await column.click();
  await until(async () => (await chosen()) === "true", "a click");
  await column.click();
  check((await chosen()) === "true", "a second press lets it go");
  await strip(page).getByRole("button", { name: "Back to the whole network" }).click();
  await until(async () => (await chosen()) === "false", "the button");
});

for (const width of [1024, 1440]) {
  test(`a deep network folds into blocks that open, one in the other, at ${width} px`, async ({
    open,
    page,
  }) => {
    await page.setViewportSize({ width, height: 900 });
    await open("v=1&side=14&net=resnet-20&train=200&backend=cpu");
    await ready(page);
    const heads = () =>
      strip(page)
        .locator(".layer")
        .evaluateAll((all) =>
          all.map((head) => ({ text: head.textContent.replace(/\s+/g, " "), width: head.offsetWidth })),
        );
    const told = async () => (await heads()).map(({ text }) => text).join(" | ");
    await until(async () => (await heads()).length > 2, "columns");
    const folded = await told();
    const opens = strip(page).locator(".layer[title*=folded]");
    await opens.first().click();
    await until(async () => (await told()) !== folded, "the block opens");
    await opens.nth(1).click();
    await until(async () => (await told()) !== folded, "a block in it opens");
    const narrow = (await heads()).filter(({ width }) => width < 52);
    check(narrow.length === 0 && (await heads()).length <= 12, await told());
    check((await opens.count()) > 0, `nothing is folded: ${await told()}`);
    await page.keyboard.press("Escape");
    await until(async () => (await told()) === folded, "Escape folds it");
    await opens.first().click();
    await strip(page).getByRole("button", { name: "Fold the layers again" }).click();
    await until(async () => (await told()) === folded, "the button folds it");
  });
}

test("filters are shown for the channel of one's choice, those of a colour image in colour", async ({
  open,
}) => {
  const page = await open("v=1&data=shapes&side=16&net=conv8-conv8-pool&train=200&backend=cpu");
  await ready(page);
  const at = (i) =>
    strip(page)
      .getByRole("button", { name: /^Conv 3×3/ })
      .nth(i);
  const pixels = () =>
    strip(page)
      .locator(".column-band ~ .maps lab-tile canvas")
      .evaluateAll((all) =>
        all
          .filter(({ width }) => width === 3)
          .map((canvas) => canvas.getContext("2d").getImageData(0, 0, 3, 3).data.join())
          .join(),
      );
  const channel = strip(page).getByRole("spinbutton", { name: /^input channel/ });
  await at(0).click();
  await strip(page).getByRole("button", { name: "show filters" }).click();
  await strip(page).getByText("RGB").waitFor();
  check((await channel.count()) === 0, "colours are asked for one by one");
  await at(1).click();
  await strip(page).getByRole("button", { name: "show filters" }).click();
  await channel.waitFor();
  const first = await until(pixels, "filters");
  await channel.focus();
  await page.keyboard.press("ArrowUp");
  await until(async () => (await pixels()) !== first, "another channel");
});

test("the strip has its numbers as a table and in a sentence", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 1, "step 1");
  await strip(page).getByRole("button", { name: "Layers: data table" }).click();
  const table = strip(page).getByRole("region", { name: "Layers: data table" });
  const cells = () =>
    table
      .getByRole("row")
      .filter({ hasText: "Conv 3×3" })
      .locator("td")
      .evaluateAll((all) => all.map(({ textContent }) => textContent));
  await until(async () => (await cells()).length === 6, "a row of six figures");
  const seen = await page.evaluate(() => convlab.run.inspection.layers.find(({ name }) => name === "0"));
  const [shape, , deviation, , , update] = await cells();
  check(shape === "8 · 14²" && Number(deviation) > 0, `${await cells()}`);
  check(update.startsWith(seen.update.toExponential(1).slice(0, 3)), `${update} is not ${seen.update}`);
  check(/Activations deviate by .* to /.test(await strip(page).textContent()), "no sentence");
  await strip(page).getByRole("button", { name: "Layers: data table" }).click();
  await until(async () => (await table.count()) === 0, "the picture is back");
});

for (const [width, height] of [
  [1440, 900],
  [1024, 768],
]) {
  test(`maps and marks share one axis at ${width} px`, async ({ open, page }) => {
    await page.setViewportSize({ width, height });
    await open(SMALL);
    await ready(page);
    await press(page, "Step");
    await until(async () => (await figures(page)).step === 1, "step 1");
    await until(async () => (await strip(page).locator(".depth .dot").count()) > 0, "marks");
    const middles = await page.evaluate(() => {
      const middle = (part) => {
        const { left, width } = part.getBoundingClientRect();
        return left + width / 2;
      };
      const of = (parts) => [...document.querySelectorAll(parts)].map(middle);
      return {
        heads: of("lab-strip .grid .layer"),
        maps: of("lab-strip .grid .maps"),
        rings: of("lab-strip .depth .ring"),
        dots: of("lab-strip .depth .dot"),
      };
    });
    const { heads, maps, rings, dots } = middles;
    check(heads.length === maps.length && rings.length === heads.length - 1, JSON.stringify(middles));
    const near = (x, all) => all.some((y) => Math.abs(x - y) < 1);
    check(
      maps.every((x, i) => Math.abs(x - heads[i]) < 1),
      `maps ${maps}, heads ${heads}`,
    );
    check(
      [...rings, ...dots].every((x) => near(x, heads)),
      `rings ${rings}, heads ${heads}`,
    );
  });
}

test("on a phone the layers run downwards, in the same order", async ({ open, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(SMALL);
  await ready(page);
  await press(page, "Network");
  const rows = () => strip(page).locator(".rows li b").allTextContents();
  await until(async () => (await rows()).length > 4, "rows");
  const titles = (await rows()).map((title) => title.trim());
  check(titles.join() === "Image,Conv 3×3,Batch,ReLU,Max 2×2,Dropout,Dense", `${titles}`);
  const tops = await strip(page)
    .locator(".rows li b")
    .evaluateAll((all) => all.map((row) => row.getBoundingClientRect().top));
  check(
    tops.every((top, i) => i === 0 || top > tops[i - 1]),
    `${tops}`,
  );
});

test("on a phone a row is chosen, says all four figures and its formula; folds open and fold", async ({
  open,
  page,
}) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await open("v=1&side=14&net=resnet-20&train=200&backend=cpu");
  await ready(page);
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 1, "step 1");
  await press(page, "Network");
  const rows = strip(page).locator(".rows .row");
  await until(async () => (await rows.count()) > 4, "rows");
  const count = await rows.count();
  await strip(page).locator(".rows .row[title*=folded]").first().click();
  await until(async () => (await rows.count()) > count, "the row opens");
  const conv = strip(page)
    .getByRole("button", { name: /^Conv 3×3/ })
    .first();
  await conv.click();
  await strip(page).getByText("gradient norm", { exact: true }).waitFor();
  await strip(page).getByText("update ratio", { exact: true }).waitFor();
  await strip(page).getByText("y = Σ w · x + b").waitFor();
  await strip(page).getByRole("button", { name: "show filters" }).click();
  await strip(page).getByRole("button", { name: "show feature maps" }).waitFor();
  await conv.click();
  await until(async () => (await strip(page).locator(".details").count()) === 0, "it closes");
  await strip(page).getByRole("button", { name: "Fold the layers again" }).click();
  await until(async () => (await rows.count()) === count, "the rows fold");
  await strip(page).getByRole("button", { name: "Layers: data table" }).click();
  const cells = strip(page).getByRole("region", { name: "Layers: data table" }).locator("td");
  check((await cells.count()) >= 6 * (count - 1), "no table");
});

test("on a phone no picture is squeezed", async ({ open, page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await open(SMALL);
  await ready(page);
  await press(page, "Network");
  await strip(page).locator(".rows lab-tile").first().waitFor();
  const sizes = await strip(page)
    .locator(".rows lab-tile")
    .evaluateAll((all) => all.map(({ offsetWidth, offsetHeight }) => [offsetWidth, offsetHeight]));
  check(
    sizes.every(([width, height]) => width === height && width > 20),
    JSON.stringify(sizes),
  );
  await page.setViewportSize({ width: 390, height: 844 });
  const tops = await strip(page)
    .locator(".rows li:has(.probe) lab-tile")
    .evaluateAll((all) => all.map((tile) => tile.getBoundingClientRect().top));
  check(tops.length === 4 && Math.max(...tops) - Math.min(...tops) < 14, `probe images stand at ${tops}`);
});
