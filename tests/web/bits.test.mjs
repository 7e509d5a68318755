// The same link gives the same losses, whatever else happens on the page; a divergence keeps what came before it.
import { check, test, until } from "./harness.mjs";
import { figures, hash, losses, press, reached, ready, same, status } from "./lab.mjs";

const SMALL = "v=1&net=conv4-pool&side=14&train=500&batch=16&lr=0.05&p=0.3&steps=100000";
const STEPS = 60;

async function pause(page) {
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
}

async function whole(page) {
  await press(page, "Play");
  await reached(page, STEPS);
  await pause(page);
  return losses(page);
}

/** Waits for the experiment with this activation. */
const opened = (page, activation) => {
  const open = (activation) => convlab.state === "ready" && convlab.run?.values.act === activation;
  return until(() => page.evaluate(open, activation), `the experiment with ${activation}`);
};

/** As if the tab were hidden, or seen again. */
const hide = (page, hidden) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);

for (const backend of ["cpu", "webgpu"]) {
  test(`the same losses on ${backend} after pauses, looks and another run`, { seconds: 400 }, async ({
    open,
    browser,
  }) => {
    const link = `${SMALL}&backend=${backend}`;
    const page = await open(link);
    await ready(page);
    const first = await whole(page);

    await page.evaluate((backend) => {
      location.hash = `v=1&net=conv8-pool&side=14&train=300&batch=8&seed=9&act=tanh&backend=${backend}`;
    }, backend);
    await opened(page, "tanh");
    await press(page, "Play");
    await reached(page, 10);
    await pause(page);

    await page.evaluate((link) => {
      location.hash = link;
    }, link);
    await opened(page, "relu");
    await press(page, "Step");
    await until(async () => (await figures(page)).step === 1, "step 1");
    await press(page, "Play");
    await reached(page, 8);
    await pause(page);
    await press(page, "Dark or light");
    await page.setViewportSize({ width: 900, height: 700 });
    await page.evaluate(() => convlab.run.look(true));
    await page.evaluate(() => convlab.run.evaluate());
    await press(page, "Play");
    await hide(page, true);
    await reached(page, 25);
    await hide(page, false);
    await pause(page);
    // There and back through a checkpoint.
    await page.evaluate(async () => {
      const { session } = convlab.run;
      await session.restore(await session.snapshot());
    });
    const second = await whole(page);
    same(first, second, STEPS);

    const fresh = await (await browser.newContext()).newPage();
    await fresh.goto(page.url());
    await ready(fresh);
    same(first, await whole(fresh), STEPS);
    await fresh.context().close();
  });

  for (const [what, words] of [
    ["a learning rate of a million", "lr=1e6&norm=none"],
    ["initial weights of deviation 100", "init=normal&std=100&norm=none&lr=0.5"],
  ]) {
    test(`${what} on ${backend} diverges, and the weights before it stay`, async ({ open }) => {
      const page = await open(`v=1&net=conv4-pool&side=14&train=500&batch=16&${words}&backend=${backend}`);
      await ready(page);
      await press(page, "Play");
      await until(async () => /^diverged at step \d+$/.test(await status(page)), "diverged");
      const step = Number(/\d+/.exec(await status(page))[0]);
      await page.getByRole("heading", { name: `Diverged at step ${step}` }).waitFor();
      const seen = await losses(page);
      check(seen.length === step - 1 && seen.every(Number.isFinite), `${seen.length} losses: ${seen}`);
      const drawn = await page.evaluate(() => {
        const { trace } = convlab.run;
        return [trace.smoothLoss, trace.accuracy, trace.validation.map(({ loss }) => loss)].flat();
      });
      check(drawn.every(Number.isFinite), `the chart draws ${drawn.filter((y) => !Number.isFinite(y))}`);
      // A checkpoint with a number that is not finite would be refused.
      const left = await page.evaluate(async () => {
        const { session } = convlab.run;
        await session.restore(await session.snapshot());
        return session.evaluate({ split: "validation" });
      });
      check(Number.isFinite(left.loss) && left.count > 0, `evaluation gives ${JSON.stringify(left)}`);
      check(/lr=|std=/.test(await hash(page)), "the link has forgotten the experiment");
    });
  }
}
