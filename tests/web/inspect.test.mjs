// The tabs of Inspect and the doctor's card: they show what the engine says about the run that stands there.

import { clean } from "./axe.mjs";
import { check, test, until } from "./harness.mjs";
import { press, reached, ready } from "./lab.mjs";

const SMALL = "v=1&side=14&net=conv8-pool&train=500&backend=cpu";

const tab = (page, name) => page.getByRole("tab", { name, exact: true }).click();

/** Trains a little and stands still. */
async function trained(page, steps = 60) {
  await ready(page);
  await press(page, "Play");
  await reached(page, steps);
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
}

test("mistakes and confusion are those of the session", async ({ open }) => {
  const page = await open(SMALL);
  await trained(page);
  const { confusion, mistakes } = await page.evaluate(() =>
    convlab.run.session.inspect({ confusion: {}, mistakes: { n: 20 } }),
  );
  await tab(page, "Confusion");
  const cells = page.getByRole("region", { name: "Confusion matrix" }).locator("tbody td");
  await until(async () => (await cells.count()) === 110, "the matrix");
  const shown = (await cells.allTextContents()).filter((_, i) => i % 11 < 10).map(Number);
  const expected = Object.values(confusion.matrix);
  check(shown.join() === expected.join(), `shown ${shown}, expected ${expected}`);
  await tab(page, "Mistakes");
  const tiles = page.locator("lab-mistakes lab-tile");
  await until(async () => (await tiles.count()) === mistakes.numbers.length, "the mistakes");
  const losses = await page.locator("lab-mistakes small").allTextContents();
  check(losses[0] === `loss ${mistakes.losses[0].toFixed(2)}`, `${losses[0]}, not ${mistakes.losses[0]}`);
  const text = await page.locator("lab-mistakes .lead").textContent();
  check(text.startsWith(`${mistakes.count} of 1,000`), text);
});

test("mistakes appear a few per frame, in places that stay", async ({ open }) => {
  const page = await open(SMALL);
  await trained(page, 20);
  const frames = await page.evaluate(async () => {
    const list = [];
    let painted = 0;
    const { putImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = function (...image) {
      painted += this.canvas.closest(".mistakes") ? 1 : 0;
      putImageData.apply(this, image);
    };
    document.querySelector("#tab-mistakes").click();
    while ((list.at(-1)?.tiles ?? 0) < 20) {
      await new Promise(requestAnimationFrame);
      const { height } = document.querySelector(".mistakes")?.getBoundingClientRect() ?? {};
      if (!height) continue;
      list.push({ tiles: document.querySelectorAll(".mistakes lab-tile").length, height, painted });
      painted = 0;
    }
    return list;
  });
  const painted = frames.map((frame) => frame.painted);
  check(Math.max(...painted) <= 4, `${painted} tiles painted from frame to frame`);
  check(frames.reduce((all, { painted }) => all + painted, 0) > 0, "what is painted was not seen");
  const more = frames.map(({ tiles }, i) => tiles - (frames[i - 1]?.tiles ?? 0));
  check(Math.max(...more) <= 4, `${more} tiles from frame to frame`);
  const heights = new Set(frames.map(({ height }) => height));
  check(heights.size === 1, `the list is ${[...heights]} px high`);
});

test("names of classes are read in full", async ({ open }) => {
  const page = await open("v=1&data=shapes&net=conv8-pool&train=500&backend=cpu");
  await trained(page, 20);
  const cut = (names) =>
    page
      .locator(names)
      .evaluateAll((all) =>
        all
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map(({ textContent }) => textContent.trim()),
      );
  await page.locator(".batch .miss").first().waitFor();
  const inBatch = await cut(".batch li:not(.h) span");
  check(inBatch.length === 0, `cut in the batch: ${inBatch}`);
  await tab(page, "Mistakes");
  await until(async () => (await page.locator("lab-mistakes lab-tile").count()) === 20, "the mistakes");
  const inMistakes = await cut(".mistakes span");
  check(inMistakes.length === 0, `cut in the mistakes: ${inMistakes}`);
  await page
    .getByRole("button", { name: /^Conv 3×3/ })
    .first()
    .click();
  check((await cut(".layer b")).length === 0, "the name of the chosen layer is cut");
});

test("histograms, filters and the plan follow the run", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await tab(page, "Plan");
  const cost = page.locator("lab-plan .cost");
  await until(async () => /about .+ ms a step, estimated/.test(await cost.textContent()), "an estimate");
  check(/dispatches a step/.test(await cost.textContent()), await cost.textContent());
  const table = page.getByRole("region", { name: "What one step does and costs" });
  const rows = await table.getByRole("rowheader").allTextContents();
  check(
    rows.join() === "forward,loss,backward,update,weights,multiply-adds,memory,time",
    `a step is told in ${rows}`,
  );
  const calls = await table.getByText(/^\d+ dispatch(es)?$/).allTextContents();
  const all = calls.reduce((sum, words) => sum + Number.parseInt(words, 10), 0);
  check(
    (await cost.textContent()).includes(`${all} dispatches a step`),
    `${calls} of ${await cost.textContent()}`,
  );
  check(!(await page.locator("pre.plan").isVisible()), "the kernels are not folded");
  await cost.locator("summary").click();
  await page.locator("pre.plan").waitFor();
  await trained(page, 20);
  await until(async () => /ms a step, measured/.test(await cost.textContent()), "a measured step");
  await tab(page, "Histograms");
  await page.getByRole("img", { name: /^Conv 3×3, 8 · .+: weights from .+ step by step$/ }).waitFor();
  const steps = await page.evaluate(() => convlab.run.spreads.list.map(({ step }) => step));
  check(steps[0] === 0 && steps.at(-1) >= 20, `looks at steps ${steps}`);
  await page.getByText(/Spread widest are the \w+ of .+: nine tenths of them lie from/).waitFor();
  await page.locator("lab-histograms summary").click();
  const numbers = page.getByRole("region", { name: "Histograms: data table" });
  const row = numbers.getByRole("row", { name: /^Conv 3×3, 8 · 14²: weights/ });
  const [low, high] = (await row.getByRole("cell").last().textContent()).replaceAll("−", "-").split(" to ");
  check(Number(low) < 0 && Number(high) > 0, `weights from ${low} to ${high}`);
  await tab(page, "Filters");
  const filters = page.getByRole("img", { name: /^filter \d+, 1 channel$/ });
  await until(async () => (await filters.count()) === 8, "eight filters");
  await page.getByText("The layer's input has one channel, so there is one row.").waitFor();
  await press(page, "Play");
  await tab(page, "Layer");
  await page.getByText("Pause the run and press Step: then the last step's update stands here").waitFor();
});

test("the doctor names a rate that is too high, and its cure trains", async ({ open }) => {
  const page = await open(`${SMALL}&lr=3&norm=none`);
  await ready(page);
  await press(page, "Play");
  const card = page.getByRole("region", { name: "Doctor" });
  await card.getByRole("heading", { name: /Learning rate too high/ }).waitFor({ timeout: 60_000 });
  await page.getByRole("combobox", { name: "Activation" }).selectOption("tanh");
  await card.getByText("quiet heron stays in Runs, its curve behind the new one.").first().waitFor();
  const tries = await page.evaluate(async () => {
    const doctor = document.querySelector("lab-doctor");
    const [first] = convlab.doctor.findings;
    convlab.doctor.findings = [first, { ...first, name: "stuck" }];
    doctor.requestUpdate();
    await doctor.updateComplete;
    return [...doctor.querySelectorAll(".finding > button")].map(({ className }) => className).join();
  });
  check(tries === "btn,link", `what is to be tried first: ${tries}`);
  await card
    .getByRole("button", { name: /^Try Learning rate .* in a new run$/ })
    .first()
    .click();
  await until(() => page.evaluate(() => convlab.run.values.lr < 3), "a lower rate");
  await reached(page, 3);
  const { act, drawn, waits } = await page.evaluate(() => ({
    act: convlab.run.values.act,
    drawn: convlab.runs.drawn.map(({ name }) => name).join(),
    waits: [...convlab.recipe.pending].join(),
  }));
  check(act === "relu" && waits === "act,tanh", `${act} trains, ${waits} waits`);
  check(drawn === "quiet heron", `behind it lies ${drawn}`);
  await reached(page, 12);
  const compared = page.getByText(/^At step \d+ validation is .* %; quiet heron had .*\.$/);
  await compared.waitFor();
  check((await compared.count()) === 1, "it is compared twice");
  await page
    .getByRole("region", { name: "Runs" })
    .getByRole("button", { name: "quiet heron", exact: true })
    .waitFor();
});

/** Keeps of each look of the doctor how much it finds, whether the run goes on, and what is shown. */
const listen = (page) =>
  page.evaluate(() => {
    const { doctor } = convlab;
    const { told } = doctor;
    globalThis.looks = [];
    doctor.told = (run, findings) => {
      const shown = told.call(doctor, run, findings);
      const ill = findings.filter(({ name }) => name !== "healthy").length;
      globalThis.looks.push([ill, run.playing, ...shown.map(({ name }) => name)]);
      return shown;
    };
  });

test("the doctor praises no run that it has just found ill, and names the layer as the strip does", async ({
  open,
}) => {
  const page = await open(`${SMALL}&lr=0.6&norm=none&steps=5000`);
  await ready(page);
  await listen(page);
  await press(page, "Play");
  const looks = () => page.evaluate(() => globalThis.looks);
  const [ill, playing, shown] = await until(async () => (await looks())[0], "a first look");
  check(ill > 0 && playing && shown === "unsure", `${ill} findings while it trains (${playing}): ${shown}`);
  await until(async () => (await looks()).some(([, , name]) => name !== "unsure"), "a second look");
  const card = page.getByRole("region", { name: "Doctor" });
  await card.getByRole("heading", { name: /Something stands out/ }).waitFor({ state: "detached" });
  await card.getByText("% of the units of layer ReLU, 8 · 14² are never above 0").waitFor();
  const cure = card
    .locator(".finding")
    .first()
    .getByRole("button", { name: /^Try .* in a new run$/ });
  check(await cure.isVisible(), "the cure does not stand first");
});

test("the doctor names a dropout of all units at its first look", async ({ open }) => {
  const page = await open(`${SMALL}&p=1&steps=5000`);
  await ready(page);
  await listen(page);
  await press(page, "Play");
  const [, playing, shown] = await until(() => page.evaluate(() => globalThis.looks[0]), "a first look");
  check(playing && shown === "all-dropped", `shown while it trains (${playing}): ${shown}`);
  const card = page.getByRole("region", { name: "Doctor" });
  await card.getByRole("heading", { name: /Every unit dropped/ }).waitFor();
  await card.getByRole("button", { name: "Try Dropout p 0.25 in a new run" }).waitFor();
});

test("the doctor cites what the chart shows, at its step", async ({ open }) => {
  const page = await open(SMALL);
  await trained(page, 60);
  const card = page.getByRole("region", { name: "Doctor" });
  const cited = await page.evaluate(async () => {
    await convlab.run.pause();
    const { clean, lastValidation, step } = convlab.run.trace;
    const percent = (share) => `${(100 * share).toFixed(1)} %`;
    const [a, b] = [clean.at(-1), lastValidation].map(({ accuracy }) => percent(accuracy));
    return `clean accuracy at step ${step}${a}validation accuracy at step ${step}${b}`;
  });
  await card.locator("summary").click();
  const table = card.getByRole("region", { name: "Training loss: data table" });
  check((await table.locator("tbody tr").count()) >= 10, "the curve has no table");
  await until(async () => (await card.locator("dl").textContent()).replace(/\n\s*/g, "") === cited, cited);
  const again = await page.evaluate(async () => {
    const points = () => document.querySelector("lab-doctor polyline").getAttribute("points");
    const before = points();
    convlab.run.trace.smoothLoss[0] = 0;
    convlab.changed("figures");
    await new Promise((later) => setTimeout(later, 300));
    return points() !== before;
  });
  check(!again, "the curve is drawn again before the doctor has read it again");
});

test("a look through several views, and checks of the running network", async ({ open }) => {
  const page = await open(SMALL);
  await trained(page, 20);
  const seen = await page.evaluate(async () => {
    const { session } = convlab.run;
    const { image } = await session.inspect({ stats: true });
    const one = image.images.subarray(0, 14 * 14);
    const [views, mean] = [await session.views(one, 5), await session.predict(one, { views: 5 })];
    const voted = Array.from({ length: 10 }, (_, c) =>
      [0, 1, 2, 3, 4].reduce((sum, v) => sum + views.answers[v * 10 + c] / 5, 0),
    );
    return {
      same: views.images.subarray(0, one.length).every((pixel, i) => pixel === one[i]),
      apart: Math.max(...voted.map((share, i) => Math.abs(share - mean[i]))),
      slopes: await session.checkGradients(),
      devices: await session.checkDevices(),
      why: await session.views(one, 99).catch((error) => error.message),
    };
  });
  check(seen.same && seen.apart < 1e-6, `views: ${seen.same}, ${seen.apart}`);
  check(seen.why === "An image has 1 to 11 views here, not 99.", seen.why);
  for (const { name, backward, measured } of seen.slopes) {
    check(Math.abs(measured - backward) < 0.05 * backward + 1e-3, `${name}: ${backward} and ${measured}`);
  }
  check(
    seen.devices.layers.every(({ output }) => output < 1e-4),
    JSON.stringify(seen.devices),
  );
});

for (const [colorScheme, width] of [
  ["light", 1440],
  ["dark", 1440],
  ["light", 390],
]) {
  test(`axe finds nothing on any tab, ${colorScheme} at ${width} px`, { seconds: 300 }, async ({
    open,
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    await open(SMALL);
    await trained(page);
    if (width < 700) await press(page, "Inspect");
    for (const name of await page.getByRole("tab").allTextContents()) {
      await tab(page, name);
      await clean(page, name);
      for (const kind of await page.locator("lab-checks .seg button:visible").allTextContents()) {
        await page.getByRole("button", { name: kind, exact: true }).first().click();
        await clean(page, kind);
      }
    }
  });
}
