// Each control does what it says.
import { check, test, until } from "./harness.mjs";
import { figures, hash, losses, press, reached, ready, same } from "./lab.mjs";

const SMALL = "v=1&side=14&net=conv8-pool&train=500&backend=cpu";

const strip = (page) => page.getByRole("region", { name: "Network and depth strip" });
const columns = (page) => strip(page).locator(".layer b").allTextContents();
const activations = (page) =>
  strip(page).getByRole("img", { name: "Activation mean and deviation per layer" }).textContent();

test("selects change the network before Play", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await until(async () => (await columns(page)).includes("Batch"), "the norm has a column");
  await page.getByRole("combobox", { name: "Normalization" }).selectOption("none");
  await until(async () => (await hash(page)).includes("norm=none"), "the link says so");
  await until(async () => !(await columns(page)).includes("Batch"), "the norm is gone");
  await page.getByRole("combobox", { name: "Activation" }).selectOption("tanh");
  await until(async () => (await columns(page)).includes("Tanh"), "Tanh has a column");
  check((await figures(page)).step === 0, "something trained");
});

test("Network changes the strip before Play", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await until(async () => (await columns(page)).includes("Conv 3×3"), "a convolution has a column");
  await page.getByRole("combobox", { name: "Network" }).selectOption("mlp");
  await until(async () => !(await columns(page)).includes("Conv 3×3"), "the convolution is gone");
  check((await columns(page)).filter((title) => title === "Dense").length > 1, "no dense layers");
  await until(async () => /net=mlp(&|$)/.test(await hash(page)), "the link says so");
  check((await figures(page)).step === 0, "something trained");
});

test("Data changes the strip before Play", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const answers = async () => (await strip(page).locator(".cls div").allTextContents()).join(" ");
  await until(async () => (await answers()) === "0 1 2 3 4 5 6 7 8 9", "ten digits");
  await page.getByRole("combobox", { name: "Data" }).selectOption("shapes");
  await until(async () => (await answers()).startsWith("circle square triangle"), "ten shapes");
  await strip(page).getByRole("heading", { name: "Learning to name shapes" }).waitFor();
  await until(async () => (await strip(page).textContent()).includes("3 · 32²"), "images with colours");
  await until(async () => (await hash(page)).includes("data=shapes"), "the link says so");
  check((await figures(page)).step === 0, "something trained");
});

test("Optimizer changes the link and the losses", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const train = async () => {
    await press(page, "Play");
    await reached(page, 10);
    await press(page, "Pause");
    await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    return losses(page);
  };
  const sgd = await train();
  await press(page, "Reset");
  await until(async () => (await figures(page)).step === 0, "step 0");
  await page.getByRole("combobox", { name: "Optimizer" }).selectOption("nesterov");
  await until(async () => (await hash(page)).includes("opt=nesterov"), "the link says so");
  const nesterov = await train();
  same(sgd.slice(0, 1), nesterov, 1);
  check(sgd[2] !== nesterov[2], `both have the loss ${sgd[2]} after two updates`);
});

test("Backend changes what trains and what the badge says", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const used = (kind) => page.locator(`.chip.backend i.${kind}`).waitFor();
  const reason = page.getByRole("dialog", { name: "Why this backend" });
  await used("cpu");
  for (const [choice, kind, why, link] of [
    ["webgpu", "webgpu", /You chose WebGPU/, /backend=webgpu(&|$)/],
    ["cpu", "cpu", /You chose the CPU/, /backend=cpu(&|$)/],
    ["auto", "cpu", /where the CPU backend is faster/, /^(?!.*backend=)/],
  ]) {
    await page.getByRole("combobox", { name: "Backend" }).selectOption(choice);
    await until(async () => link.test(await hash(page)), `${choice} in the link`);
    await used(kind);
    await press(page, "Why this backend");
    await reason.getByText(why).waitFor();
    await page.keyboard.press("Escape");
    await press(page, "Play");
    await reached(page, 2);
    await press(page, "Pause");
  }
  const auto = await page.getByRole("combobox", { name: "Backend" }).locator("option:checked").textContent();
  check(auto === "Auto: CPU", `the badge says ${auto}`);
});

test("the depth strip answers to initialization before Play", async ({ open }) => {
  const page = await open(`${SMALL}&norm=none`);
  await ready(page);
  const before = await until(() => activations(page), "the strip is drawn");
  await page.getByRole("combobox", { name: "Initialization" }).selectOption("zeros");
  await until(async () => (await activations(page)) !== before, "the strip answers");
});

test("a change during a run waits, and a restart keeps the run before", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Play");
  await reached(page, 5);
  await page.getByRole("combobox", { name: "Normalization" }).selectOption("layer");
  await page.getByText("1 change waits").waitFor();
  check(!(await hash(page)).includes("norm="), "the link changed at once");
  await press(page, "Restart as new run");
  await until(async () => (await hash(page)).includes("norm=layer"), "the link holds it");
  await page.locator(".play:focus").waitFor();
  await page.getByRole("button", { name: "quiet heron", exact: true }).waitFor();
  await reached(page, 3);
});

test("the default experiment is one press away, and so is the way back", async ({ open }) => {
  const page = await open(`${SMALL}&lr=0.05`);
  await ready(page);
  await press(page, "Play");
  await reached(page, 12);
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.getByRole("combobox", { name: "Normalization" }).selectOption("none");
  await page.evaluate(() => convlab.run.pause());
  const before = await losses(page);
  const link = await hash(page);
  await press(page, "Default experiment");
  await page.getByText("The default experiment is open").waitFor();
  check((await hash(page)) === "#v=1&backend=cpu", await hash(page));
  await page.getByRole("button", { name: "Default experiment", disabled: true }).waitFor();
  await page.getByRole("button", { name: "quiet heron", exact: true }).waitFor();
  await press(page, "Undo");
  await until(async () => (await figures(page)).step === before.length, "its step");
  await page.getByText("1 change waits").waitFor();
  check((await hash(page)) === link, await hash(page));
  check((await page.evaluate(() => convlab.runs.older.length)) === 0, "it stands in the list twice");
  await press(page, "Step");
  await until(async () => (await losses(page)).length === before.length + 1, "a further step");
  await press(page, "Again from step 0");
  await until(async () => (await figures(page)).step === 0, "step 0");
  check((await hash(page)) === link, await hash(page));
});

test("on a phone the recipe names both ways to begin again", async ({ open, page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await open(SMALL);
  await ready(page);
  await press(page, "Recipe");
  await page.locator(".recipe.open").waitFor();
  for (const name of ["Again from step 0", "Default experiment"]) {
    const box = await page.getByRole("button", { name, exact: true }).boundingBox();
    check(box.height >= 44 && box.x >= 0 && box.x + box.width <= 320, `${name}: ${JSON.stringify(box)}`);
  }
  await page.locator(".ways").click({ position: { x: 2, y: 2 } });
  check(await page.locator(".recipe.open").isVisible(), "a press beside the buttons shuts the recipe");
  await press(page, "Default experiment");
  await until(async () => (await hash(page)) === "#v=1&backend=cpu", "the default experiment");
  await press(page, "Undo");
  await until(async () => (await hash(page)).includes("net=conv8-pool"), "the settings are back");
});

test("on a phone a restart closes the recipe, and Play has the focus", async ({ open, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(SMALL);
  await ready(page);
  await press(page, "Step");
  await reached(page, 1);
  await press(page, "Recipe");
  const norm = page.getByRole("combobox", { name: "Normalization" });
  await norm.selectOption("layer");
  await press(page, "Restart as new run");
  await norm.waitFor({ state: "hidden" });
  await page.locator(".play:focus").waitFor();
  await until(async () => (await hash(page)).includes("norm=layer"), "the link holds it");
});

test("sliders and number boxes name one number", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  for (const name of ["Learning rate", "Dropout p", "Batch size"]) {
    const slider = page.getByRole("slider", { name });
    const box = page.getByRole("spinbutton", { name });
    const before = await box.inputValue();
    await slider.focus();
    await page.keyboard.press("ArrowLeft");
    await until(async () => Number(await box.inputValue()) < Number(before), `${name} falls`);
    const spoken = async () => (await slider.getAttribute("aria-valuetext")) === (await box.inputValue());
    await until(spoken, `${name}: slider and box agree`);
  }
  const box = page.getByRole("spinbutton", { name: "Dropout p" });
  await box.fill("0.5");
  await box.press("Enter");
  await until(async () => (await hash(page)).includes("p=0.5"), "the link holds p");
  await press(page, "Back to the default: Dropout p");
  await until(async () => !(await hash(page)).includes("p=0.5"), "the arrow undoes it");
});

test("Ctrl+Z takes back the last change of a setting, waiting or live, and with Shift makes it again", async ({
  open,
}) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 1, "step 1");
  const shows = (lr, norm) =>
    until(
      () =>
        page.evaluate(
          ([lr, norm]) => convlab.run.values.lr === lr && convlab.recipe.value("norm") === norm,
          [lr, norm],
        ),
      `rate ${lr}, norm ${norm}`,
    );
  const rate = page.getByRole("spinbutton", { name: "Learning rate" });
  await rate.fill("0.05");
  await rate.press("Enter");
  await shows(0.05, "batch");
  const norm = page.getByRole("combobox", { name: "Normalization" });
  await norm.selectOption("none");
  await shows(0.05, "none");
  await norm.focus();
  await page.keyboard.press("Control+z");
  await shows(0.05, "batch");
  await page.getByText("Normalization is Batch again.").waitFor();
  check((await page.getByRole("button", { name: "Restart as new run" }).count()) === 0, "something waits");
  await page.keyboard.press("Control+z");
  await shows(0.02, "batch");
  await page.keyboard.press("Control+z");
  await page.getByText("There is no change to take back. Earlier runs stand in Runs.").waitFor();
  await page.keyboard.press("Control+Shift+z");
  await shows(0.05, "batch");
  await page.keyboard.press("Control+Shift+z");
  await shows(0.05, "none");
  // In a field the keys are the browser's own.
  await rate.fill("0.07");
  await rate.press("Control+z");
  await shows(0.05, "none");
  await press(page, "Undo all waiting changes");
  await page.getByRole("heading", { name: "Runs" }).click();
  await page.keyboard.press("Control+z");
  await shows(0.05, "none");
});

test("the arrow leads to the default that follows from the optimizer", async ({ open }) => {
  const page = await open(`${SMALL}&opt=adam`);
  await ready(page);
  const rate = page.getByRole("spinbutton", { name: "Learning rate" });
  const marked = () => page.locator("[data-key=lr]").evaluate((control) => control.matches(".changed"));
  check((await rate.inputValue()) === "0.001" && !(await marked()), "Adam's own rate is marked as changed");
  await rate.fill("0.02");
  await rate.press("Enter");
  await until(async () => (await hash(page)).includes("lr=0.02"), "the link holds the rate");
  await until(marked, "a rate of one's own is marked");
  await press(page, "Back to the default: Learning rate");
  await until(async () => (await rate.inputValue()) === "0.001", "the rate that belongs to Adam");
  await until(async () => !(await hash(page)).includes("lr="), "the link names no rate");
  await press(page, "Step");
  await reached(page, 1);
  await page.getByRole("combobox", { name: "Optimizer" }).selectOption("rmsprop");
  await press(page, "Back to what trains now: Optimizer");
  await until(() => page.evaluate(() => convlab.recipe.value("opt") === "adam"), "what trains now");
});

test("after a divergence with Adam its own rate is offered", async ({ open }) => {
  const page = await open(`${SMALL}&opt=adam&norm=none&lr=1000`);
  await ready(page);
  await press(page, "Play");
  await page.getByRole("button", { name: "Again with lr 0.001" }).waitFor();
});

test("a run that has diverged says so beside Play, and names one rate everywhere", async ({ open }) => {
  const page = await open(`${SMALL}&norm=none&lr=0.013`);
  await ready(page);
  await press(page, "Step");
  await until(async () => (await figures(page)).step === 1, "step 1");
  await page.evaluate(() => convlab.recipe.change("lr", 10000));
  await press(page, "Play");
  const again = page.getByRole("button", { name: "Again with lr 0.013" });
  await again.waitFor();
  const play = page.getByRole("button", { name: "Play", exact: true });
  const why = page.locator(`#${await play.getAttribute("aria-describedby")}`);
  check(/^Diverged at step \d+: restart with a lower rate\.$/.test(await why.textContent()), "no reason");
  check(/validation\s*diverged/.test(await page.locator(".stats").textContent()), "a healthy accuracy");
  await page.getByRole("button", { name: "Try Learning rate 0.013 in a new run" }).waitFor();
  check(
    (await page.getByRole("button", { name: /learning rate × 3/ }).count()) === 0,
    "a higher rate is offered",
  );
  await press(page, "Default experiment");
  await press(page, "Undo");
  await again.waitFor();
  await again.click();
  await page.getByRole("region", { name: "Runs" }).getByText("the same without lr 10000 at step 1").waitFor();
});

test("first weights that burst are mended by others, not by a rate", async ({ open }) => {
  const page = await open(`${SMALL}&norm=none&init=normal&std=100`);
  await ready(page);
  await press(page, "Step");
  await page.getByText("The first weights are so large that the loss is no usable number").waitFor();
  await press(page, "Again with the usual first weights");
  await reached(page, 3);
  check(!/init=/.test(await hash(page)), await hash(page));
});

test("a number out of range stays, with a sentence below", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const box = page.getByRole("spinbutton", { name: "Dropout p" });
  await box.fill("7");
  await box.press("Enter");
  await page.getByText("Dropout p goes from 0 to 1.").waitFor();
  check((await box.inputValue()) === "7", "the number was changed");
  check((await box.getAttribute("aria-invalid")) === "true", "it is not marked");
  check(!(await hash(page)).includes("p="), "the link took it");
  await press(page, "Use 1");
  await until(async () => (await hash(page)).includes("p=1"), "the nearest is taken");
});

test("the seed is in the link, a new seed is another run", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const box = page.getByRole("spinbutton", { name: "Seed" });
  await box.fill("7");
  await box.press("Enter");
  await until(async () => (await hash(page)).includes("seed=7"), "the link holds the seed");
  await press(page, "New seed");
  await until(async () => !/seed=7(&|$)/.test(await hash(page)), "another seed");
});

test("the next batch has labels before Play and answers after", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const pane = page.getByRole("tabpanel");
  await pane.getByText("The first images of the batch that step 1 trains on.").waitFor();
  check((await pane.getByRole("img", { name: /an image labelled \d/ }).count()) === 14, "not 14 images");
  await press(page, "Play");
  await reached(page, 20);
  await press(page, "Pause");
  await pane.getByText(/The net reads \d+ of these 14 right/).waitFor();
});

test("the next batch is shown as it is trained on, and augmentation acts live", async ({ open }) => {
  const page = await open(`${SMALL}&aug=rotate30`);
  await ready(page);
  const pane = page.getByRole("tabpanel");
  await pane.getByText("Rotated by up to 30°.").waitFor();
  check((await pane.getByRole("img", { name: /as it is trained on/ }).count()) === 14, "not 14 images");
  await press(page, "Play");
  await reached(page, 5);
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  const turn = page.getByRole("spinbutton", { name: "Rotate" });
  await turn.fill("0");
  await turn.press("Enter");
  await until(async () => /at=\d+\.rotate\.0(&|$)/.test(await hash(page)), "the link holds the change");
  const { stored, trained, values } = await page.evaluate(async () => {
    const { nextBatch } = await convlab.run.session.inspect({ nextBatch: 4 });
    const { images, trained } = nextBatch;
    return { stored: [...images], trained: [...trained.images], values: trained.values.length };
  });
  check(values === 4 * 14 * 14, `${values} values`);
  check(stored.join() === trained.join(), "without a turn the images are as stored");
});

test("test-time augmentation stands beside the plain answer", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const { plain, both, shares } = await page.evaluate(async () => {
    const { session } = convlab.run;
    const { image } = await session.inspect({});
    return {
      plain: await session.evaluate({ split: "validation", limit: 60 }),
      both: await session.evaluate({ split: "validation", limit: 60, views: 5 }),
      shares: [...(await session.predict(image.images, { views: 3 }))],
    };
  });
  check(plain.tta === undefined && both.accuracy === plain.accuracy, "the plain accuracy is another one");
  check(both.tta.views === 5 && both.tta.passes === 300, JSON.stringify(both.tta));
  check(Math.abs(shares.slice(0, 10).reduce((a, b) => a + b) - 1) < 1e-5, "no probabilities");
});

test("the plan is printed", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await page.getByRole("tab", { name: "Plan" }).click();
  await until(async () => (await page.locator("pre.plan").textContent()).length > 200, "a plan");
});

test("a drawn digit is read", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const pad = page.getByRole("application");
  const box = await pad.boundingBox();
  await page.mouse.move(box.x + 60, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 62, box.y + 110, { steps: 8 });
  await page.mouse.up();
  const bars = page.getByRole("list", { name: "Answer of the net" });
  await until(async () => /%/.test(await bars.textContent()), "percentages");
  await page.getByText(/It says \d; second guess \d/).waitFor();
});

test("typing is not overwritten while a run draws", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Play");
  await reached(page, 3);
  const box = page.getByRole("spinbutton", { name: "Seed" });
  await box.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("123", { delay: 250 });
  check((await box.inputValue()) === "123", `the box holds ${await box.inputValue()}`);
});

test("every setting says what it does and where to read more, every number what its ends look like", async ({
  open,
}) => {
  const page = await open(SMALL);
  await ready(page);
  const silent = await page.evaluate(() =>
    convlab.recipe.settings
      .filter(
        ({ help, kind, low, high, source }) => !help || !source || (kind === "number" && !(low && high)),
      )
      .map(({ key }) => key),
  );
  check(silent.length === 0, `${silent}`);
  const run = page.locator("lab-recipe section.group", { has: page.getByRole("heading", { name: /^Run/ }) });
  await run.locator("h2 button").click();
  await run.getByRole("button", { name: "Seed: too low, too high" }).click();
  await run.getByText("another draw: one seed alone proves little").waitFor();
});
