// The engine in the page: both backends, the experiment that everybody sees first, and a worker that dies.
import { check, test, until } from "./harness.mjs";
import { figures, losses, press, reached, ready, same } from "./lab.mjs";

const SMALL = "v=1&net=conv4-pool&side=14&train=500&batch=16&lr=0.05";

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

for (const backend of ["cpu", "webgpu"]) {
  test(`the loss falls on ${backend}`, async ({ open }) => {
    const page = await open(`${SMALL}&backend=${backend}`);
    await ready(page);
    const used = page.getByRole("combobox", { name: "Backend" });
    check((await used.inputValue()) === backend, `the backend is ${await used.inputValue()}`);
    await press(page, "Play");
    await reached(page, 80);
    await press(page, "Pause");
    const seen = await losses(page);
    const [first, last] = [mean(seen.slice(0, 10)), mean(seen.slice(-10))];
    check(last < 0.8 * first, `the loss went from ${first} to ${last}`);
  });
}

test("the default experiment learns from the Play button", { seconds: 400 }, async ({ open }) => {
  const page = await open("v=1&backend=cpu");
  await ready(page);
  const start = Date.now();
  await press(page, "Play");
  await until(async () => (await figures(page)).step >= 1000, "1,000 steps", 360_000);
  const seconds = (Date.now() - start) / 1000;
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  const { validation } = await figures(page);
  console.log(`    1,000 steps took ${seconds.toFixed(0)} s; validation accuracy ${validation} %`);
  check(validation >= 96, `validation accuracy ${validation} %`);
});

test("without an adapter it trains on the CPU", { webgpu: "no adapter" }, async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Play");
  await reached(page, 5);
  const shown = await page.getByRole("combobox", { name: "Backend" }).locator("option:checked").textContent();
  check(shown.includes("CPU"), `the badge says ${shown}`);
});

test("a worker that dies is replaced, and its run goes on", async ({ context, open }) => {
  await context.addInitScript(() => {
    globalThis.Worker = class extends Worker {
      constructor(...words) {
        super(...words);
        globalThis.lastWorker = this;
      }
    };
  });
  const page = await open("v=1&train=500&backend=cpu");
  await ready(page);
  await press(page, "Play");
  await reached(page, 20);
  await new Promise((later) => setTimeout(later, 2500));
  const { step } = await figures(page);
  await page.evaluate(() => {
    const { lastWorker } = globalThis;
    lastWorker.terminate();
    lastWorker.dispatchEvent(new ErrorEvent("error", { message: "the engine broke" }));
  });
  await page.getByText("the engine broke").first().waitFor();
  check((await figures(page)).step >= 20, "it began again instead of going on from its checkpoint");
  if (await page.getByRole("button", { name: "Play", exact: true }).isVisible()) await press(page, "Play");
  await reached(page, step + 20);
});

test("after a panic the run goes on from its checkpoint with the same bits", async ({
  open,
  expectError,
}) => {
  expectError(/panic/);
  const page = await open(`${SMALL}&backend=cpu&steps=100000`);
  await ready(page);
  await press(page, "Play");
  await reached(page, 60);
  await press(page, "Pause");
  const before = await losses(page);
  await press(page, "Play");
  // Longer than the interval between two checkpoints.
  await page.waitForTimeout(3000);
  await page.evaluate(() => void convlab.run.session.__panic().catch(() => undefined));
  await page
    .getByText(/a panic was asked for/)
    .first()
    .waitFor();
  const { step } = await figures(page);
  await until(async () => (await figures(page)).step > step + 20, "the run goes on");
  await press(page, "Pause");
  const broken = await losses(page);
  same(before, broken, before.length);
  await press(page, "Reset");
  await until(async () => (await figures(page)).step === 0, "step 0");
  await press(page, "Play");
  await reached(page, broken.length);
  await press(page, "Pause");
  same(broken, await losses(page), broken.length);
});

test("harnesses can drive the benchmark page", async ({ open }) => {
  for (const backend of ["cpu", "webgpu"]) {
    const page = await open("", `/bench.html?net=lenet&batch=8&backend=${backend}`);
    const [name, first, last] = await page.evaluate(async () => {
      await peer.init("lenet", 8);
      await peer.step(1);
      const first = await peer.loss();
      await peer.step(6);
      return [peer.name, first, await peer.loss()];
    });
    check(name === `convlab-${backend}` && last < first, `${name}: ${first} to ${last}`);
  }
});

const REST = "**/convlab_rest*.wasm";
const MISSING = /A part of the engine could not be loaded/;
const tries = (link) =>
  convlab.procedure("first-loss", link).then(
    () => "it worked",
    (error) => error.message,
  );

test("the first screen and its first steps need only the engine's first part", async ({ context, open }) => {
  let release;
  const gate = new Promise((resolve) => {
    release = resolve;
  });
  await context.route(REST, async (route) => {
    await gate;
    await route.continue();
  });
  const page = await open("v=1&backend=cpu");
  await ready(page);
  await press(page, "Play");
  await reached(page, 10);
  await press(page, "Pause");
  check((await figures(page)).validation > 0, "nothing was evaluated");
  release();
  check((await page.evaluate(tries, SMALL)) === "it worked", "a procedure fails");
});

test("a run that reaches the rest too early waits for it", async ({ context, open }) => {
  await context.route(REST, async (route) => {
    await new Promise((later) => setTimeout(later, 3000));
    await route.continue();
  });
  const page = await open(`${SMALL}&backend=cpu&norm=layer&opt=adamw`);
  await ready(page);
  await press(page, "Play");
  await reached(page, 5);
});

test("where the rest cannot be loaded the page says so, and a later attempt succeeds", async ({
  context,
  open,
  expectError,
}) => {
  expectError(/Failed to load resource|ERR_FAILED/);
  await context.route(REST, (route) => route.abort());
  const page = await open("v=1&backend=cpu&train=500");
  await ready(page);
  const failed = await page.evaluate(tries, SMALL);
  check(MISSING.test(failed), failed);
  await context.unroute(REST);
  const worked = await page.evaluate(tries, SMALL);
  check(worked === "it worked", worked);
});
