// Checks, searches, twin runs and proofs on the current experiment.
import { check, test, until } from "./harness.mjs";
import { figures, hash, press, reached, ready } from "./lab.mjs";

const SMALL = "v=1&net=conv4-pool&side=14&train=500&batch=16&steps=40&backend=cpu";

/** Opens a tab of Inspect, and one of its checks. */
async function checks(page, name) {
  await ready(page);
  await page.getByRole("tab", { name: "Check & search", exact: true }).click();
  if (name) await page.getByRole("button", { name, exact: true }).click();
}

test("the ladder climbs on the current experiment", async ({ open }) => {
  const page = await open(SMALL);
  await checks(page, "Sanity ladder");
  await page
    .getByText(/^up to .+ steps on copies of this experiment, about/)
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Climb the ladder" }).click();
  const rungs = page.locator("lab-ladder li");
  await until(async () => (await rungs.count()) >= 5, "five rungs", 120_000);
  const names = await page.locator("lab-ladder li b").allTextContents();
  check(/First loss/.test(names[0]) && /good/.test(names[0]), names[0]);
  check((await figures(page)).step === 0, "the current run was touched");
});

test("a rung opens its experiment, and leads to the settings that it names", async ({ open, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(`${SMALL}&p=0.5&flip=0.2`);
  await ready(page);
  await press(page, "Inspect");
  await checks(page, "Sanity ladder");
  await page.getByRole("button", { name: "Climb the ladder" }).click();
  const touch = page.getByRole("button", { name: /: show it in the recipe$/ }).first();
  await touch.waitFor({ timeout: 120_000 });
  const name = (await touch.textContent()).trim();
  await touch.press("Enter");
  const focused = () => page.evaluate(() => document.activeElement.closest(".ctl")?.textContent ?? "");
  await until(async () => (await focused()).includes(name), `the focus on ${name}`);
  check(await page.locator("lab-recipe.open").isVisible(), "the recipe stays shut");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Open as it was tried, with 10 images" }).click();
  const values = () =>
    page.evaluate(() => ["train", "batch", "p", "flip"].map((key) => convlab.run.values[key]).join());
  await until(async () => (await values()) === "10,10,0,0", "ten images, nothing in the way");
});

test("the range test suggests a rate, and takes it over", async ({ open }) => {
  const page = await open(SMALL);
  await checks(page, "Range test");
  await page.getByRole("button", { name: "Test the range" }).click();
  await page
    .getByRole("group", { name: "Training loss over the learning rate" })
    .waitFor({ timeout: 60_000 });
  const use = page.getByRole("button", { name: /^Restart with learning rate/ });
  await use.waitFor({ timeout: 60_000 });
  await page
    .getByText(/the smoothed loss falls most steeply: a value to start from\. It is lowest at \S+ because/)
    .waitFor();
  const rate = Number(/rate (\S+)$/.exec(await use.textContent())[1]);
  const beside = await page.getByRole("link", { name: "Open it in a new tab" }).getAttribute("href");
  check(beside.includes(`lr=${rate}`), beside);
  const ticks = (await page.locator("lab-range .tick").allTextContents()).map((words) => words.trim());
  const rates = ["1e-5", "0.0001", "0.001", "0.01", "0.1", "1", "10"];
  check(
    rates.every((one) => ticks.includes(one)),
    `the axis has ${ticks}`,
  );
  await use.click();
  await until(() => page.evaluate((lr) => convlab.run.values.lr === lr, rate), `rate ${rate}`);
});

test("points of the range test open by key, and rows of its table by click", async ({ open }) => {
  const page = await open(SMALL);
  await checks(page, "Range test");
  await page.getByRole("button", { name: "Test the range" }).click();
  const figure = page.getByRole("group", { name: "Training loss over the learning rate" });
  await page.getByRole("button", { name: /^Restart with learning rate/ }).waitFor({ timeout: 60_000 });
  const rateOf = (name) => Number(/^learning rate ([\d.]+), loss [\d.]+\. Open it$/.exec(name)?.[1]);
  const points = figure.getByRole("button");
  await points.first().focus();
  for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Home");
  await page.keyboard.press("End");
  for (let i = (await points.count()) - 1; i > 6; i--) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  const rate = rateOf(await points.nth(6).getAttribute("aria-label"));
  await page.keyboard.press("Enter");
  await until(() => page.evaluate((lr) => convlab.run.values.lr === lr, rate), `rate ${rate}`);
  await page.locator("summary", { hasText: "data table" }).first().click();
  const table = page.getByRole("region", { name: "Training loss over the learning rate: data table" });
  check((await table.getByRole("columnheader").allTextContents()).includes("smoothed loss"), "no heads");
  await until(
    async () => (await table.getAttribute("tabindex")) === "0",
    "a table that scrolls is reached by Tab",
  );
  // By now the experiment is another one: what opens is that of the test, with the rate of the row.
  await page.evaluate(() => convlab.restart.with({ batch: 32 }));
  const row = table.getByRole("button", { name: /Open it$/ }).nth(5);
  const other = rateOf(await row.getAttribute("aria-label"));
  await row.click();
  const values = () => page.evaluate(() => `${convlab.run?.values.lr} ${convlab.run?.values.batch}`);
  await until(async () => (await values()) === `${other} 16`, `rate ${other} with batch 16`);
});

test("a grid shows a heat map and lines, and each point opens", async ({ open }) => {
  const page = await open(SMALL);
  await checks(page, "Search");
  await page.getByRole("button", { name: "Start the search" }).click();
  await until(
    () => page.evaluate(() => document.querySelector("lab-search").trial.outcome !== undefined),
    "the search ends",
    120_000,
  );
  const map = page.getByRole("region", { name: "Heat map of the grid" });
  check((await map.getByRole("button").count()) === 16, "not a cell a trial");
  await page.getByRole("group", { name: /trials as lines from setting to setting/ }).waitFor();
  const anchor = await page
    .locator("lab-search .parallel .tick")
    .last()
    .evaluate((tick) => getComputedStyle(tick).textAnchor);
  check(anchor === "start", "the lines cross the numbers of the last axis");
  const cell = map.getByRole("button").nth(5);
  const [, rate] = /^Learning rate ([\d.e-]+), /.exec(await cell.getAttribute("aria-label"));
  await cell.click();
  await until(() => page.evaluate((lr) => convlab.run.values.lr === lr, Number(rate)), `rate ${rate}`);
  const lines = page.getByRole("group", { name: /trials as lines/ }).getByRole("button");
  await lines.first().focus();
  await page.keyboard.press("ArrowRight");
  const [, next] = /^Learning rate ([\d.e-]+), .*\. Open it$/.exec(
    await lines.nth(1).getAttribute("aria-label"),
  );
  await page.keyboard.press(" ");
  await until(() => page.evaluate((lr) => convlab.run?.values.lr === lr, Number(next)), `rate ${next}`);
  const rows = page.getByRole("region", { name: "All trials, the best first" });
  check((await rows.getByRole("columnheader").count()) === 3, "the table has no heads");
  check((await rows.getByRole("button", { name: /^Learning rate .* Open it$/ }).count()) === 16, "16 rows");
});

test("a point opens the experiment of its search also while that goes on, and ends it", async ({ open }) => {
  const page = await open(SMALL.replace("steps=40", "steps=10000"));
  await checks(page, "Search");
  await page.getByRole("button", { name: "Start the search" }).click();
  const cells = page.getByRole("region", { name: "Heat map of the grid" }).getByRole("button");
  await until(async () => (await cells.count()) > 0, "a first trial");
  await page.evaluate(() => convlab.restart.with({ batch: 32 }));
  await cells.first().press("Enter");
  const values = () => page.evaluate(() => `${convlab.run?.values.lr} ${convlab.run?.values.batch}`);
  await until(async () => (await values()) === "0.001 16", "its rate, and the batch of the search");
  const { running, rows } = await page.evaluate(() => {
    const { trial } = document.querySelector("lab-search");
    return { running: trial.running, rows: trial.rows.length };
  });
  check(!running && rows < 16, `${rows} trials, and ${running ? "" : "no "}more to come`);
});

test("random search draws lines, and a search can be stopped", async ({ open }) => {
  const page = await open(SMALL);
  await checks(page, "Search");
  await page.getByRole("combobox", { name: "by" }).selectOption("random");
  await page.getByRole("combobox", { name: /^Vary/ }).selectOption("norm");
  await page.getByRole("button", { name: "Start the search" }).click();
  await until(
    () => page.evaluate(() => document.querySelector("lab-search").trial.rows.length >= 2),
    "two trials",
  );
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await until(() => page.evaluate(() => !document.querySelector("lab-search").trial.running), "it stops");
  check(
    (await page.getByRole("region", { name: "Heat map of the grid" }).count()) === 0,
    "random points have no map",
  );
  await press(page, "Play");
  await reached(page, 3);
});

test("units are knocked out", async ({ open }) => {
  const page = await open(SMALL);
  await checks(page, "Knock-out");
  await page.getByRole("button", { name: "Train and knock out" }).click();
  await page
    .getByRole("group", { name: "Validation accuracy over the share of silent units" })
    .waitFor({ timeout: 60_000 });
  await page
    .getByText(
      /^With 50 % of the units silent the network reads [\d.]+ % of .*; with none silent it reads [\d.]+ %\.$/,
    )
    .waitFor();
  await page.locator("summary:visible", { hasText: "data table" }).last().click();
  const table = page.getByRole("region", { name: /^Validation accuracy over the share.*: data table$/ });
  const half = await table.getByRole("row", { name: /^50\.0 %/ }).textContent();
  check((half.match(/%/g) ?? []).length === 7, `two medians with their ranges: ${half}`);
  const dropout = (p) => until(() => page.evaluate((p) => convlab.run?.values.p === p, p), `dropout p ${p}`);
  await table
    .getByRole("button", { name: /^share of silent units 50\.0 %, .* Open it with dropout p 0\.5$/ })
    .click();
  await dropout(0.5);
  const points = page
    .getByRole("group", { name: "Validation accuracy over the share of silent units" })
    .getByRole("button");
  await points.first().focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await dropout(0.875);
});

test("the running network proves its gradients, and two devices agree", async ({ open }) => {
  const page = await open(SMALL);
  await checks(page, "Proof of honesty");
  await press(page, "Step");
  await reached(page, 1);
  await page.getByRole("button", { name: "Check the gradients" }).click();
  const slopes = page.getByRole("region", { name: "Check the gradients" });
  await slopes.waitFor();
  check((await slopes.getByText("✕").count()) === 0, await slopes.textContent());
  check((await slopes.getAttribute("tabindex")) === null, "a table that does not scroll is a stop for Tab");
  check(/(\d+) of \1 gradients at step 1 /.test(await slopes.textContent()), await slopes.textContent());
  await page.getByRole("button", { name: "Compare two devices" }).click();
  const devices = page.getByRole("region", { name: "Compare two devices" });
  await devices.waitFor({ timeout: 60_000 });
  check((await devices.getByText("✕").count()) === 0, await devices.textContent());
  check((await figures(page)).step === 1, "the run went on");
});

test("a GPU and the CPU agree on the running network", async ({ open }) => {
  const page = await open(SMALL.replace("backend=cpu", "backend=webgpu"));
  await checks(page, "Proof of honesty");
  await press(page, "Step");
  await reached(page, 1);
  await page.getByRole("button", { name: "Compare two devices" }).click();
  const devices = page.getByRole("region", { name: "Compare two devices" });
  await devices.waitFor({ timeout: 60_000 });
  check((await devices.getByText("✕").count()) === 0, await devices.textContent());
  check(/The second: CPU\. /.test(await devices.textContent()), await devices.textContent());
  await page.getByRole("button", { name: "Check the gradients" }).click();
  const slopes = page.getByRole("region", { name: "Check the gradients" });
  await slopes.waitFor({ timeout: 60_000 });
  check((await slopes.getByText("✕").count()) === 0, await slopes.textContent());
});

test("twins learn from the same batches, and several seeds are a band", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await page.getByRole("tab", { name: "Twin run", exact: true }).click();
  await page.getByRole("combobox", { name: "They differ in" }).selectOption("norm");
  await page.getByRole("combobox", { name: "with" }).selectOption("3");
  await page.getByRole("button", { name: "Train the twins" }).click();
  await page.getByText("Both saw the same images at the same steps.").waitFor({ timeout: 120_000 });
  const figure = page.getByRole("img", {
    name: /^Training loss of Normalization Batch and of Normalization /,
  });
  check((await figure.locator("polygon").count()) === 2, "no band over the seeds");
  const rows = () =>
    page.getByRole("region", { name: "Validation accuracy of each twin" }).locator("tbody tr").count();
  check((await rows()) === 6, `${await rows()} rows for two twins and three seeds`);
  const { told, drawn } = await page.evaluate(() => ({
    told: convlab.runs.older.map(({ difference, values }) => `${difference}, seed ${values.seed}`).reverse(),
    drawn: convlab.runs.drawn.map(({ values }) => values.seed),
  }));
  const change = "norm Batch → None";
  const expected = ["the same again, seed 1", `${change}, seed 1`, "only the seed differs, seed 2"];
  check(told.length === 6 && told.slice(0, 3).join() === expected.join(), `${told}`);
  check(drawn.join() === "1,1", `drawn are the seeds ${drawn}`);
  await page.locator("lab-twin summary").first().click();
  const losses = page.getByRole("region", { name: /^Training loss of .*: data table$/ }).locator("tbody tr");
  const last = await losses.last().textContent();
  check((await losses.count()) > 8 && /^\s*40\s*[\d.]+ [\d.]+ to [\d.]+/.test(last), last);
  await page.getByRole("tab", { name: "Confusion" }).click();
  await page.locator("lab-confusion").waitFor();
  check((await rows()) === 0, "the twins are shown in another tab");
  await page.getByRole("tab", { name: "Twin run" }).click();
  check((await rows()) === 6, "what was found is gone");
});

test("twins stand in the list of runs afterwards, drawn, and open again", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await page.getByRole("tab", { name: "Twin run", exact: true }).click();
  await page.getByRole("combobox", { name: "They differ in" }).selectOption("norm");
  await page.getByRole("button", { name: "Train the twins" }).click();
  await page.getByText("They stand in Runs from now on.").waitFor({ timeout: 120_000 });
  await page.getByRole("img", { name: /^Training accuracy of Normalization Batch and of / }).waitFor();
  const card = page.getByRole("region", { name: "Runs", exact: true });
  const row = (name) => card.getByRole("listitem").filter({ hasText: name });
  const first = await row("amber lynx").textContent();
  check(/the same again, seed 1/.test(first.replace(/\s+/g, " ")), first);
  const second = (await row("slow tern").textContent()).replace(/\s+/g, " ");
  check(/% step \d+ norm Batch → None, seed 1/.test(second), second);
  const steps = await page.evaluate(() => convlab.runs.older.map(({ trace }) => trace.loss.length));
  const drawn = await page.evaluate(() => convlab.runs.drawn.map(({ name }) => name).join());
  check(drawn === "slow tern,amber lynx" && steps[0] > 1 && steps[0] === steps[1], `${drawn}: ${steps}`);
  await page.reload();
  await ready(page);
  await row("slow tern").getByRole("button", { name: "slow tern", exact: true }).click();
  await until(() => page.evaluate(() => convlab.run?.values.norm === "none"), "its experiment opens");
  const losses = await page.evaluate(async () => {
    await convlab.restart.applying;
    await convlab.run.stepOnce();
    return [
      convlab.run.trace.loss[0],
      convlab.runs.older.find(({ name }) => name === "slow tern").trace.loss[0],
    ];
  });
  check(losses[0] === losses[1], `the first losses are ${losses}`);
});

test("twins of another optimizer have the learning rate of the run, and so have their links", async ({
  open,
}) => {
  const page = await open(SMALL);
  await ready(page);
  await page.getByRole("tab", { name: "Twin run", exact: true }).click();
  await page.getByRole("combobox", { name: "They differ in" }).selectOption("opt");
  await page.getByRole("combobox", { name: /against/ }).selectOption("adam");
  await page.getByText("Both have lr 0.02, as your run has now.").waitFor();
  await page.getByRole("button", { name: "Train the twins" }).click();
  await page.getByText("They stand in Runs from now on.").waitFor({ timeout: 120_000 });
  await page.getByText("So that nothing else differs, both have lr 0.02.").waitFor();
  const [twin] = await page.evaluate(() =>
    convlab.runs.older.map(({ difference, link }) => [difference, link]),
  );
  check(twin[0] === "optimizer SGD momentum → Adam", twin[0]);
  const losses = await page.evaluate(async (link) => {
    const [kept] = convlab.runs.older;
    await convlab.open(link);
    await convlab.restart.applying;
    await convlab.run.stepOnce();
    await convlab.run.stepOnce();
    return [convlab.run.values.lr, kept.trace.loss[1], convlab.run.trace.loss[1]];
  }, twin[1]);
  check(losses[0] === 0.02 && losses[1] === losses[2], `rate and losses ${losses}`);
});

test("where one twin diverges, figure and table go on with the other", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await page.getByRole("tab", { name: "Twin run", exact: true }).click();
  await page.getByRole("combobox", { name: "They differ in" }).selectOption("lr");
  const rate = page.getByRole("textbox", { name: /against/ });
  await rate.fill("100000");
  await rate.press("Enter");
  await page.getByRole("button", { name: "Train the twins" }).click();
  await page.getByText(/^Only Learning rate 0\.02 did not diverge/).waitFor({ timeout: 120_000 });
  await page.locator("lab-twin summary").first().click();
  const cells = page
    .getByRole("region", { name: /^Training loss of .*: data table$/ })
    .locator("tbody tr")
    .last();
  const last = (await cells.locator("th, td").allTextContents()).join();
  check(/^40,[\d.]+,–$/.test(last), last);
  const places = await page
    .locator("lab-twin polygon")
    .first()
    .evaluate((band) => [...band.points].map(({ x }) => x));
  const half = places.length / 2;
  check(
    half > 0 && places.slice(0, half).join() === places.slice(half).reverse().join(),
    `the band is between ${places}`,
  );
});

test("twins keep their colours, are compared with the run they began beside, and go together", async ({
  open,
}) => {
  const page = await open("v=1&net=conv8-pool&train=500&steps=400&backend=cpu");
  await ready(page);
  await press(page, "Step");
  await reached(page, 1);
  await page.getByRole("tab", { name: "Twin run", exact: true }).click();
  await page.getByRole("button", { name: "Train the twins" }).click();
  const figure = page.getByRole("img", { name: /^Training loss of/ });
  await figure.waitFor();
  const colours = () =>
    figure
      .locator("polyline")
      .evaluateAll((lines) => lines.map((line) => line.getAttribute("stroke")).join());
  const early = await colours();
  const works = () => page.evaluate(() => document.querySelector("lab-twin").trial.running);
  check(await works(), "the twins have ended before the run could be changed");
  await page.evaluate(() => convlab.restart.with({ batch: 32 }));
  await page.getByText("They stand in Runs from now on.").waitFor({ timeout: 120_000 });
  check(early === "var(--run-2),var(--run-3)" && (await colours()) === early, `${early}, ${await colours()}`);
  const told = await page.evaluate(() =>
    convlab.runs.older.map(({ difference, colour }) => `${difference} ${colour}`),
  );
  check(told.includes("norm Batch → None 3") && told.includes("the same again 2"), `${told}`);
  await page.getByRole("button", { name: "Delete these runs" }).press("Enter");
  await page.getByText("2 runs deleted").waitFor();
  check((await page.getByText("They stand in Runs from now on.").count()) === 0, "they still stand there");
  await page.locator(".note .primary:focus").press("Enter");
  await page.getByText("They stand in Runs from now on.").waitFor();
});

test("a run that played goes on behind its twins, which learn at its live rate", async ({ open }) => {
  const page = await open("v=1&net=conv8-pool&train=500&steps=400&backend=cpu");
  await ready(page);
  await page.getByRole("tab", { name: "Twin run", exact: true }).click();
  await press(page, "Play");
  await reached(page, 3);
  await page.evaluate(() => convlab.recipe.change("lr", 0.05));
  await page.getByText("Both have lr 0.05, as your run has now.").waitFor();
  await page.getByRole("button", { name: "Train the twins" }).click();
  await page.getByText(/^Your run rests at step \d+ and goes on afterwards\.$/).waitFor();
  const figure = page.getByRole("img", { name: /^Training loss of/ });
  await figure.waitFor();
  const inside = () =>
    figure.evaluate((svg) => {
      const all = svg.getBoundingClientRect();
      const words = [...svg.querySelectorAll(".end")].map((word) => word.getBoundingClientRect());
      return words.length === 2 && words.every(({ left, right }) => left >= all.left && right <= all.right);
    });
  check(await inside(), "an end label is cut");
  const { y, height } = await figure.boundingBox();
  check(y >= 0 && y + height <= 901, `the figure is at ${y} to ${y + height}`);
  await page.getByText("Both saw the same images at the same steps.").waitFor({ timeout: 120_000 });
  const { step } = await figures(page);
  await reached(page, step + 2);
  const link = await page.evaluate(() => document.querySelector("lab-twin").trial.link);
  check(/lr=0\.05/.test(link) && !/at=/.test(link), link);
});

test("twins are augmented as the run is now", async ({ open }) => {
  const page = await open(`${SMALL}&aug=flip0.5-rotate30`);
  await ready(page);
  await press(page, "Step");
  await reached(page, 1);
  await page.evaluate(() => convlab.recipe.change("rotate", 10));
  await until(async () => (await hash(page)).includes("at=1.rotate.10"), "the link holds the change");
  await page.getByRole("tab", { name: "Twin run", exact: true }).click();
  await page.getByRole("button", { name: "Train the twins" }).click();
  await page.getByText("They stand in Runs from now on.").waitFor({ timeout: 120_000 });
  const links = await page.evaluate(() => convlab.runs.older.map(({ link }) => link));
  check(links.length === 2 && links.every((link) => /aug=flip0.5&.*rotate=10/.test(link)), `${links}`);
});

test("files of one's own are searched, too", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const ladder = await page.evaluate(async () => {
    const images = new Uint8Array(60 * 64).map((_, i) => (i * 7919) % 256);
    const labels = new Uint8Array(60).map((_, i) => i % 2);
    for (let i = 0; i < 60; i++) images.fill(labels[i] * 255, i * 64, i * 64 + 16);
    const header = (type, ...sizes) => [0, 0, 8, type, ...sizes.flatMap((n) => [0, 0, n >> 8, n & 255])];
    const file = (name, bytes) => new File([new Uint8Array(bytes)], name);
    await convlab.openFiles([
      file("train-images-idx3-ubyte", [...header(3, 60, 8, 8), ...images]),
      file("train-labels-idx1-ubyte", [...header(1, 60), ...labels]),
    ]);
    const { session } = convlab.run;
    return session.procedure("first-loss", await session.link(), { backend: "cpu" }, {});
  });
  check(Math.abs(ladder.guessing - Math.log(2)) < 1e-6, `guessing costs ${ladder.guessing}, not ln 2`);
});
