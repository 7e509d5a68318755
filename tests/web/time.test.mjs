// Time: stages of a step, rules that end a run, a tab that nobody sees.
import { check, test, until } from "./harness.mjs";
import { figures, hash, losses, press, reached, ready, same, status } from "./lab.mjs";

const SMALL = "v=1&side=14&net=conv8-pool&train=500&backend=cpu";

const stages = (page) => page.getByRole("list", { name: "Stages of this step" });
const lit = (page) => stages(page).locator("[aria-current=step]").textContent();
const speed = (page, word) => page.getByRole("combobox", { name: "Speed" }).first().selectOption(word);

/** Opens what the group Run keeps folded. */
async function openRun(page) {
  const group = page.locator("lab-recipe section.group", {
    has: page.getByRole("heading", { name: /^Run/ }),
  });
  await group.locator("h2 button").click();
}

async function fill(page, name, value) {
  const box = page.getByRole("spinbutton", { name, exact: true });
  await box.fill(value);
  await box.press("Enter");
}

test("a step stage by stage lights each stage and has the same bits", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 1, "step 1");
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 2, "step 2");
  const whole = await losses(page);
  await press(page, "Reset");
  await until(async () => (await figures(page)).step === 0, "step 0");
  await speed(page, "stages");
  for (const stage of ["forward", "loss", "backward"]) {
    await press(page, "Step");
    await until(async () => (await stages(page).count()) > 0 && (await lit(page)) === stage, stage);
    check((await figures(page)).step === 0, `${stage} is no whole step`);
    check((await status(page)).includes(`${stage} of step 1`), await status(page));
  }
  await page.keyboard.press(".");
  await until(async () => (await figures(page)).step === 1, "the update ends the step");
  check((await lit(page)) === "update", "the update is not lit");
  // Half a step is completed before whole ones follow.
  await page.keyboard.press(".");
  await until(async () => (await lit(page)) === "forward", "the next step begins");
  await speed(page, "full");
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 3, "the begun step and another one");
  same(whole, await losses(page), 2);
  check((await stages(page).count()) === 0, "a stage is still lit");
});

test("stages on WebGPU make the same step", { seconds: 400 }, async ({ open }) => {
  const page = await open("v=1&side=14&net=conv4-pool&train=200&batch=16&backend=webgpu");
  await ready(page);
  await speed(page, "stages");
  for (const stage of ["forward", "loss", "backward", "update"]) {
    await press(page, "Step");
    await until(async () => (await stages(page).count()) > 0 && (await lit(page)) === stage, stage, 120_000);
  }
  await until(async () => (await figures(page)).step === 1, "step 1", 120_000);
  const staged = await losses(page);
  await speed(page, "full");
  await press(page, "Reset");
  await until(async () => (await figures(page)).step === 0, "step 0", 120_000);
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 1, "step 1", 120_000);
  same(staged, await losses(page), 1);
});

test("Play goes stage by stage", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await speed(page, "stages");
  await press(page, "Play");
  await until(async () => (await figures(page)).step >= 1, "a step of four stages", 20_000);
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
});

test("a target accuracy ends the run, and Play goes on", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await openRun(page);
  await fill(page, "Target accuracy", "0.5");
  await until(async () => (await hash(page)).includes("stop=accuracy.0.5"), "the link says so");
  await press(page, "Play");
  await until(async () => (await status(page)).includes("stopped: 50 % reached"), "it stops");
  const { step, validation } = await figures(page);
  check(validation >= 50 && step < 1000, `stopped at step ${step} with ${validation} %`);
  await press(page, "Play");
  await reached(page, step + 5);
});

test("a run ends where the validation loss gets no better", async ({ open }) => {
  const page = await open(`${SMALL}&batch=25&lr=0.1&steps=100000&stop=patience.3`);
  await ready(page);
  await openRun(page);
  const patience = await page.getByRole("spinbutton", { name: "Patience" }).inputValue();
  check(patience === "3", `the link gave ${patience}`);
  await press(page, "Play");
  await until(async () => (await status(page)).includes("stopped: no better for 3 evaluations"), "it stops");
  const losses = await page.evaluate(() => convlab.run.trace.validation.map(({ loss }) => loss));
  const best = losses.indexOf(Math.min(...losses));
  check(losses.length - 1 - best >= 3, `${losses}`);
});

test("a time limit ends the run", async ({ open }) => {
  const page = await open(`${SMALL}&steps=100000&stop=seconds.1`);
  await ready(page);
  await press(page, "Play");
  await until(async () => (await status(page)).includes("stopped: 1 s"), "it stops");
});

test("a stop word that is none is one note", async ({ open }) => {
  const page = await open(`${SMALL}&stop=lunch.12`);
  await ready(page);
  const notes = page.getByRole("region", { name: "Notes" }).getByRole("article");
  await notes.filter({ hasText: "stop=lunch.12 cannot be read" }).waitFor();
});

const hide = (page, hidden) =>
  page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);

test("a hidden tab goes on, and its time is counted apart", async ({ open }) => {
  const page = await open(`${SMALL}&steps=100000`);
  await ready(page);
  await press(page, "Play");
  await reached(page, 5);
  await hide(page, true);
  const before = await page.evaluate(() => convlab.run.pace.elapsed);
  const { step } = await figures(page);
  await reached(page, step + 40);
  const seen = await page.evaluate(() => ({ ...convlab.run.pace }));
  check(seen.hidden > 0 && seen.elapsed - before < 0.5, JSON.stringify(seen));
  await hide(page, false);
  await page.getByText(/in the hidden tab/).waitFor();
});

test("a hidden tab pauses where that is chosen", async ({ open }) => {
  const page = await open(`${SMALL}&steps=100000`);
  await ready(page);
  await openRun(page);
  await page.getByRole("combobox", { name: "Hidden tab" }).selectOption("pause");
  await press(page, "Play");
  await reached(page, 5);
  await hide(page, true);
  await until(() => page.evaluate(() => !convlab.playing), "it pauses");
  let step = -1;
  const stands = async () => {
    const before = step;
    step = (await figures(page)).step;
    return step === before || new Promise((later) => setTimeout(() => later(false), 400));
  };
  await until(stands, "the turn under way ends, and no other follows");
  await hide(page, false);
  await page.getByText(/while the tab was hidden/).waitFor();
  await reached(page, step + 5);
});
