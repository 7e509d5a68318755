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
  await layers.fill("conv8-pool-pool-pool-pool-conv4");
  await layers.press("Enter");
  const note = strip(page).getByRole("note");
  await note.filter({ hasText: "Layer 5, pool: A 2×2 window does not fit a 1×1 map" }).waitFor();
  check((await note.locator("code.bad").textContent()) === "✕ pool", await note.textContent());
  check((await note.locator("code").count()) === 6, "the other layers are missing");
  await layers.fill("conv8-pool-conv4-gap");
  await layers.press("Enter");
  await until(async () => (await note.count()) === 0, "the mark goes");
  await until(async () => (await hash(page)).includes("net=conv8-pool-conv4-gap"), "the link says so");
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

test("a deep network folds into blocks that open", async ({ open }) => {
  const page = await open("v=1&side=14&net=resnet-20&train=200&backend=cpu");
  await ready(page);
  const columns = () => strip(page).locator(".layer").count();
  await until(async () => (await columns()) > 2, "columns");
  const folded = await columns();
  check(folded <= 12, `${folded} columns`);
  await strip(page).locator(".layer[title*=folded]").first().click();
  await until(async () => (await columns()) > folded, "the block opens");
  await page.keyboard.press("Escape");
  await until(async () => (await columns()) === folded, "the block folds");
});
