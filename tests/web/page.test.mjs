// Transport, link and states of the page.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { check, test, until } from "./harness.mjs";
import { figures, hash, losses, press, reached, ready, same, status } from "./lab.mjs";

const SMALL = "v=1&side=14&net=conv8-pool&train=500&backend=cpu";

test("Play trains, Pause stops", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Play");
  await reached(page, 30);
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  const stopped = await figures(page);
  check(stopped.loss > 0 && stopped.validation > 0, `no figures in "${stopped.text}"`);
  await new Promise((later) => setTimeout(later, 500));
  check((await figures(page)).step === stopped.step, "it went on after Pause");
});

test("Step makes one step", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  for (const step of [1, 2, 3]) {
    await press(page, "Step");
    await until(async () => (await figures(page)).step === step, `step ${step}`);
  }
});

test("Reset replays the same bits", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Play");
  await reached(page, 25);
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  const first = await losses(page);
  await press(page, "Reset");
  await until(async () => (await figures(page)).step === 0, "step 0");
  check((await losses(page)).length === 0, "the curve of the run before is still there");
  await press(page, "Play");
  await reached(page, 25);
  same(first, await losses(page), 25);
});

test("a live change is replayed from the link with the same bits", async ({ open, browser }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Play");
  await reached(page, 10);
  const box = page.getByRole("spinbutton", { name: "Learning rate" });
  await box.fill("0.1");
  await box.press("Enter");
  await until(async () => /at=\d+\.lr\.0\.1/.test(await hash(page)), "the link holds the change");
  const changed = Number(/at=(\d+)/.exec(await hash(page))[1]);
  await reached(page, changed + 20);
  await press(page, "Pause");
  const link = page.url();
  const first = await losses(page);

  const fresh = await (await browser.newContext()).newPage();
  await fresh.goto(link);
  await ready(fresh);
  await press(fresh, "Play");
  await reached(fresh, changed + 20);
  same(first, await losses(fresh), changed + 20);
  await fresh
    .getByText(/live since/)
    .first()
    .waitFor();
  await fresh.context().close();
});

test("a link with a later change says so before it comes", async ({ open }) => {
  const page = await open("v=1&at=287.lr.0.1");
  await ready(page);
  const runs = page.getByRole("region", { name: "Runs", exact: true });
  await runs.getByText("default experiment, lr 0.1 at step 287, seed 1").waitFor();
  await until(() => page.evaluate(() => convlab.run.planned[0]?.step === 287), "a mark on the chart");
});

test("a run that begins with a live rate names it", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 1, "step 1");
  await page.evaluate(() => convlab.recipe.change("lr", 0.1));
  const runs = page.getByRole("region", { name: "Runs", exact: true });
  await runs.getByText(/lr 0\.1 at step 1, seed 1/).waitFor();
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 2, "step 2");
  await page.evaluate(() => convlab.restart.asNew());
  await runs.getByText(/^step 0 lr 0\.02 → 0\.1, seed 1$/).waitFor();
  await runs.getByText(/lr 0\.1 at step 1, seed 1/).waitFor();
});

test("Reset replays a live change too", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Play");
  await reached(page, 5);
  const box = page.getByRole("spinbutton", { name: "Dropout p" });
  await box.fill("0.6");
  await box.press("Enter");
  await until(async () => /at=\d+\.p\.0\.6/.test(await hash(page)), "the link holds the change");
  const changed = Number(/at=(\d+)/.exec(await hash(page))[1]);
  await reached(page, changed + 10);
  await press(page, "Pause");
  const link = await hash(page);
  const first = await losses(page);
  await press(page, "Reset");
  await until(async () => (await figures(page)).step === 0, "step 0");
  check((await hash(page)) === link, "the link forgot the change");
  await press(page, "Play");
  await reached(page, changed + 10);
  same(first, await losses(page), changed + 10);
});

test("too high a learning rate ends in words, and the page lives", async ({ open }) => {
  const page = await open(`${SMALL}&lr=1e6&norm=none`);
  await ready(page);
  await press(page, "Play");
  await until(async () => /^diverged at step \d+$/.test(await status(page)), "diverged");
  await page.getByRole("button", { name: /^Again with lr/ }).click();
  await until(async () => !/diverged/.test(await status(page)), "a new run");
  check(!/lr=/.test(await hash(page)), "the learning rate is not the default");
  await reached(page, 2);
});

test("the way back from a divergence does not count as slow training", async ({ open }) => {
  const page = await open(`${SMALL}&norm=none`);
  await ready(page);
  await press(page, "Step");
  await reached(page, 1);
  await page.evaluate(() => {
    const { pace } = convlab.run;
    const { count } = pace;
    globalThis.counted = 1;
    pace.count = (ms, steps) => {
      globalThis.counted += steps;
      count.call(pace, ms, steps);
    };
  });
  await press(page, "Play");
  await reached(page, 20);
  const rate = page.getByRole("spinbutton", { name: "Learning rate" });
  await rate.fill("10");
  await rate.press("Enter");
  await until(async () => /^diverged at step \d+$/.test(await status(page)), "diverged");
  const [counted, step] = await page.evaluate(() => [globalThis.counted, convlab.run.step]);
  check(counted >= 20 && counted < step, `the pace is that of ${counted} of ${step} steps`);
});

const hostile = ["link_hashes.txt", "url_hashes.txt"].flatMap((name) =>
  readFileSync(resolve(import.meta.dirname, "../hostile", name), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line)),
);

test("hostile links give defaults and a note each", async ({ open }) => {
  const page = await open("v=1&backend=cpu");
  await ready(page);
  const notes = page.getByRole("region", { name: "Notes" }).getByRole("article");
  const rate = page.getByRole("spinbutton", { name: "Learning rate" });
  const batch = page.getByRole("spinbutton", { name: "Batch size" });
  const network = page.getByRole("combobox", { name: "Network" });
  const links = new Set(hostile);
  check(links.size > 25, `only ${links.size} links`);
  for (const link of links) {
    const named = JSON.stringify(link.slice(0, 60));
    await page.evaluate((raw) => {
      globalThis.before = convlab.run;
      location.hash = raw;
    }, link);
    const opened = () => convlab.run && convlab.run !== globalThis.before && convlab.state !== "loading";
    await until(() => page.evaluate(opened), `${named} opens`, 20_000);
    await until(async () => (await notes.count()) > 0 === (link !== ""), `the note on ${named}`, 10_000);
    for (const title of await notes.getByRole("heading").allTextContents()) {
      check(/\bwords? of this link could not be used/.test(title), `${named}: ${title}`);
    }
    const expected = [link === "lr=0.1&lr=0.2" ? "0.1" : "0.02", "64", "conv16-pool-conv32-pool"].join();
    const shown = async () =>
      [await rate.inputValue(), await batch.inputValue(), await network.inputValue()].join();
    await until(async () => (await shown()) === expected, `${named} gives ${expected}`, 10_000);
    check((await figures(page)).step === 0, `${named}: "${await status(page)}"`);
    const harm = await page.evaluate(() => [{}.polluted, globalThis.__pwned].filter((x) => x !== undefined));
    check(harm.length === 0, `${named} did harm: ${harm}`);
  }
});

test("one word that is no word gives one note and costs one field", async ({ open }) => {
  const page = await open("v=1&side=14&norm=batsh&lr=0.05");
  await ready(page);
  const notes = page.getByRole("region", { name: "Notes" }).getByRole("article");
  check((await notes.count()) === 1, `${await notes.count()} notes`);
  check((await notes.textContent()).includes("batsh"), "the note does not name the word");
  const rate = await page.getByRole("spinbutton", { name: "Learning rate" }).inputValue();
  check(rate === "0.05", `the learning rate is ${rate}`);
  await notes.getByRole("button", { name: "Close" }).click();
  await until(async () => (await notes.count()) === 0, "the note closes");
});

test("a pasted link opens its experiment, the run before is kept", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Play");
  await reached(page, 5);
  await page.evaluate(() => {
    location.hash = "v=1&side=14&act=tanh&train=500";
  });
  await until(
    async () => (await page.getByRole("combobox", { name: "Activation" }).inputValue()) === "tanh",
    "tanh",
  );
  await page
    .getByRole("region", { name: "Runs" })
    .getByRole("button", { name: "quiet heron", exact: true })
    .waitFor();
});

test("a page without navigator.gpu works and says why", { webgpu: "no api" }, async ({ open }) => {
  const page = await open("v=1&side=14&net=conv8-pool&train=500");
  await ready(page);
  await press(page, "Play");
  await reached(page, 5);
  const backend = page.getByRole("combobox", { name: "Backend" });
  check((await backend.textContent()).includes("CPU"), "the badge does not say CPU");
  await press(page, "Why this backend");
  const why = page.getByRole("dialog", { name: "Why this backend" });
  await why.getByRole("heading", { name: "Training on the CPU" }).waitFor();
  const reason = await why.locator("p").textContent();
  check(reason.includes("WebGPU needs a secure page"), `the reason is "${reason}"`);
  await page.keyboard.press("Escape");
  await why.waitFor({ state: "hidden" });
});

test("the keyboard plays, steps and resets", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await page.keyboard.press("s");
  await until(async () => (await figures(page)).step === 1, "step 1");
  await page.keyboard.press("Space");
  await reached(page, 5);
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.keyboard.press("r");
  await until(async () => (await figures(page)).step === 0, "step 0");
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keyboard" });
  await keys.getByText("on the pad: move the pen, put it down or lift it").waitFor();
  await keys.getByText("read the curves by one step, or by ten").waitFor();
  await page.setViewportSize({ width: 320, height: 568 });
  const { y, height } = await keys.boundingBox();
  check(y >= 0 && y + height <= 568, `the list of keys goes from ${y} to ${y + height}`);
});

test("Share copies the link, Embed shows the tag", async ({ open, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Share");
  await page.getByText("Link copied.").waitFor();
  check(
    (await page.evaluate(() => navigator.clipboard.readText())) === page.url(),
    "another link was copied",
  );
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 1, "a step");
  await page.getByRole("combobox", { name: "Normalization" }).selectOption("layer");
  await press(page, "Share");
  await page.getByText("without what waits for a restart: norm Batch → Layer.").waitFor();
  await press(page, "Embed");
  const tag = await page.getByRole("textbox", { name: "Tag to copy" }).inputValue();
  check(tag.includes("<conv-lab") && tag.includes(await hash(page)), tag);
});
