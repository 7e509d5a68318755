// The first ten seconds: something moves, it is labelled, Play is heard, three phrases do what they say.
import { check, test, until } from "./harness.mjs";
import { figures, hash, press, reached, ready, status, writing } from "./lab.mjs";

const SMALL = "v=1&side=14&net=conv8-pool&train=500&backend=cpu";

/** Holds the engine back until the answer is called. */
async function withoutEngine(context) {
  let release;
  const gate = new Promise((resolve) => {
    release = resolve;
  });
  await context.route("**/*.wasm", async (route) => {
    await gate;
    await route.continue();
  });
  return release;
}

test("a recording plays until the engine is ready, and says so", async ({ open, context, page }) => {
  const release = await withoutEngine(context);
  await page.addInitScript(writing);
  await open("");
  const strip = page.getByRole("region", { name: "Network and depth strip" });
  await strip.getByText("the default run, until the engine is ready").waitFor();
  check((await status(page)).startsWith("starting the engine; a recording"), await status(page));
  const shown = () => page.evaluate(() => convlab.preview.run?.step ?? -1);
  await until(async () => (await shown()) > 20, "the recording moves");
  check((await strip.locator(".layer").count()) > 8, "no layers");
  const written = await page.evaluate(() => globalThis.written);
  const peak = written.find((words) => words.startsWith("up to"));
  check(written.includes("3.0") && !peak, `the usual run leaves the axis of its loss: ${peak}`);
  check(
    (await page.getByRole("figure", { name: "Accuracy" }).textContent()).includes("a recording"),
    "no legend",
  );
  await press(page, "Play");
  release();
  await reached(page, 1);
  check((await page.evaluate(() => convlab.preview.run)) === undefined, "the recording goes on");
  check((await strip.getByText("until the engine is ready").count()) === 0, "the label stays");
  check(
    (await page.evaluate(() => convlab.runs.current.name)) === "quiet heron",
    "the recording took a name",
  );
});

test("the recording is the default run", async ({ open, origin }) => {
  const page = await open("v=1&backend=cpu");
  await ready(page);
  const trace = await (await fetch(`${origin}/recordings/default.json`)).json();
  const layers = await page.evaluate(() =>
    convlab.run.description.layers.map(({ name, shape }) => `${name} ${shape}`),
  );
  const recorded = trace.description.layers.map(({ name, shape }) => `${name} ${shape}`);
  check(
    recorded.join() === layers.join(),
    "the network is another one: make it again by cargo xtask recording",
  );
  await until(
    async () => (await page.evaluate(() => convlab.run.trace.validation.length)) > 0,
    "an evaluation",
  );
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 1, "step 1");
  const loss = await page.evaluate(() => convlab.run.trace.loss[0]);
  check(
    Math.abs(loss - trace.loss[0]) < 0.01,
    `the first loss is ${loss}, recorded ${trace.loss[0]}: make it again by cargo xtask recording`,
  );
});

test("another link shows no recording", async ({ open, context, page }) => {
  const release = await withoutEngine(context);
  await open(SMALL);
  await new Promise((later) => setTimeout(later, 1500));
  check((await page.evaluate(() => convlab.preview.run)) === undefined, "a recording of another experiment");
  release();
  await ready(page);
});

for (const [phrase, word] of [
  ["learning rate × 30", /lr=0\.6/],
  ["huge weights", /init=normal&std=1/],
  ["no normalization", /norm=none/],
]) {
  test(`the phrase "${phrase}" does it`, async ({ open }) => {
    const page = await open(SMALL);
    await ready(page);
    await press(page, "Step");
    await until(async () => (await figures(page)).step === 1, "step 1");
    await page.getByRole("region", { name: "Try this" }).getByRole("button", { name: phrase }).click();
    await until(async () => word.test(await hash(page)), "the link says so");
    await until(async () => /step [1-9]|diverged/.test(await status(page)), "it trains");
    check((await page.evaluate(() => convlab.runs.older.length)) === 1, "the run before is gone");
  });
}

test("phrases do not add up", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const phrases = page.getByRole("region", { name: "Try this" });
  await phrases.getByRole("button", { name: "huge weights" }).click();
  await until(async () => /init=normal/.test(await hash(page)), "huge weights");
  await reached(page, 1);
  const difference = () => page.evaluate(() => convlab.runs.current.difference);
  check(/, init Kaiming → deviation 1$/.test(await difference()), `told as ${await difference()}`);
  await phrases.getByRole("button", { name: "no normalization" }).click();
  await until(async () => /norm=none/.test(await hash(page)), "no normalization");
  check(!/init=|std=/.test(await hash(page)), await hash(page));
});

test("a Step pressed before the engine is there is not lost", async ({ open, context, page }) => {
  const release = await withoutEngine(context);
  await open(SMALL);
  await press(page, "Step");
  release();
  await until(async () => (await figures(page)).step === 1, "step 1");
});
