// The curves: axis, smoothing, lines, read-out, marks and files.
import { readFileSync } from "node:fs";
import { check, test, until } from "./harness.mjs";
import { figures, press, reached, ready, writing } from "./lab.mjs";

const SMALL = "v=1&side=14&net=conv8-pool&train=500&backend=cpu";

const loss = (page) => page.getByRole("figure", { name: "Loss" });
const options = (page) => loss(page).getByRole("group", { name: "Loss: options" });

/** A run of some steps that stands still. */
async function trained(open, steps = 30, link = SMALL) {
  const page = await open(link);
  await ready(page);
  await press(page, "Play");
  await reached(page, steps);
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  return page;
}

async function saved(page, kind) {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: `Save Loss as ${kind}` }).click(),
  ]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

test("a figure is saved as numbers and as pictures", async ({ open }) => {
  const page = await trained(open);
  await loss(page).getByRole("button", { name: "options" }).click();
  const csv = await saved(page, "CSV");
  check(csv.name === "quiet-heron-loss.csv", csv.name);
  const lines = csv.bytes.toString().trim().split("\n");
  const { step } = await figures(page);
  check(lines[0].startsWith("step,loss,accuracy,clean_loss") && lines.length === step + 2, lines[0]);
  const first = await page.evaluate(() => convlab.run.trace.loss[0]);
  check(Number(lines[2].split(",")[1]) === first, `${lines[2]} is not ${first}`);
  const svg = (await saved(page, "SVG")).bytes.toString();
  check((svg.match(/<polyline/g) ?? []).length === 4, "there are not four series");
  check(svg.includes("Loss, quiet heron") && /validation \d/.test(svg), "title or labels are missing");
  check(!/NaN|undefined|Infinity/.test(svg), "a number is missing");
  const png = (await saved(page, "PNG")).bytes;
  check(png.subarray(1, 4).toString() === "PNG" && png.length > 5000, `${png.length} bytes`);
});

test("the loss goes on a logarithmic axis, with another smoothing and other lines", async ({ open }) => {
  const page = await trained(open);
  await loss(page).getByRole("button", { name: "options" }).click();
  await options(page).getByRole("checkbox", { name: "Logarithmic loss" }).check();
  const svg = (await saved(page, "SVG")).bytes.toString();
  check(/>0\.1</.test(svg) && !/NaN/.test(svg), "no decade on the axis");
  const shown = () => loss(page).locator("[id=summary-loss]").textContent();
  const before = await shown();
  await options(page).getByRole("slider").fill("0");
  await until(async () => (await shown()) !== before, "another training loss");
  const last = await page.evaluate(() => convlab.run.trace.loss.at(-1).toFixed(3));
  check((await shown()).includes(`training ${last}`), `without smoothing: ${await shown()}, ${last}`);
  await options(page).getByRole("combobox", { name: "Lines" }).selectOption("thick");
  await options(page).getByRole("combobox", { name: "Dashes" }).selectOption("long");
  const thick = (await saved(page, "SVG")).bytes.toString();
  check(/stroke-width='3\.04/.test(thick) && /10\.2 6\.8/.test(thick), "lines and dashes are as before");
  await page.reload();
  await ready(page);
  await loss(page).getByRole("button", { name: "options" }).click();
  check(await options(page).getByRole("checkbox").isChecked(), "the choice is forgotten");
});

test("the legend and the files name the runs that are drawn", async ({ open }) => {
  const page = await trained(open);
  for (const lr of [0.01, 0.03]) {
    await page.evaluate((lr) => convlab.restart.with({ lr }), lr);
    await page.evaluate(() => convlab.run.stepOnce());
  }
  await page.evaluate(() => convlab.runs.mark(convlab.runs.older[0], { shown: false }));
  const legend = page.getByRole("figure", { name: "Accuracy" }).locator(".legend");
  await until(async () => !(await legend.textContent()).includes("amber lynx"), "the hidden run leaves");
  const names = (await legend.textContent()).replace(/\s+/g, " ").trim();
  check(names === "slow tern quiet heron", names);
  await loss(page).getByRole("button", { name: "options" }).click();
  const svg = (await saved(page, "SVG")).bytes.toString();
  check(svg.includes(">quiet heron<") && !svg.includes("amber lynx"), "the file names other runs");
});

test("a long name leaves room in the legend, and where a curve leaves the axis its peak is said", async ({
  open,
  page,
}) => {
  await page.addInitScript(writing);
  await trained(open, 150);
  for (const lr of [0.01, 0.6]) {
    await page.evaluate((lr) => convlab.restart.with({ lr }), lr);
    await press(page, "Play");
    await reached(page, 150);
    await press(page, "Pause");
  }
  const peak = await page.evaluate(() => Math.max(...convlab.run.trace.smoothLoss));
  const said = () =>
    page.evaluate(() => globalThis.written.findLast((words) => words.startsWith("up to"))?.slice(6));
  await until(async () => Math.abs(Number(await said()) - peak) <= 0.051, `a loss of ${peak}`);
  await page.evaluate(() =>
    convlab.runs.rename(convlab.runs.older[0], "my run with a very long name indeed"),
  );
  const legend = page.getByRole("figure", { name: "Accuracy" }).locator(".legend");
  const others = legend.getByText("+ 1");
  const [inner, outer] = [await others.boundingBox(), await legend.boundingBox()];
  check(inner.x + inner.width <= outer.x + outer.width + 0.5, "the other runs are cut off");
});

test("axis and dashes keep their size on a fine screen", async ({ open, browser, origin }) => {
  const page = await open(SMALL);
  await ready(page);
  const context = await browser.newContext({ deviceScaleFactor: 2, viewport: { width: 1440, height: 900 } });
  const fine = await context.newPage();
  await fine.addInitScript(() => {
    const { fillText, setLineDash } = CanvasRenderingContext2D.prototype;
    globalThis.drawn = { sizes: new Set(), dashes: new Set() };
    CanvasRenderingContext2D.prototype.fillText = function (...words) {
      if (words[0])
        drawn.sizes.add(Number.parseFloat(/([\d.]+)px/.exec(this.font)[1]) * this.getTransform().a);
      return fillText.apply(this, words);
    };
    CanvasRenderingContext2D.prototype.setLineDash = function (dash) {
      drawn.dashes.add(dash.map((part) => part * this.getTransform().a).join());
      return setLineDash.call(this, dash);
    };
  });
  await fine.goto(`${origin}/#${SMALL}`);
  await ready(fine);
  await fine.evaluate(() => convlab.run.stepOnce());
  const seen = () => fine.evaluate(() => ({ sizes: [...drawn.sizes], dashes: [...drawn.dashes] }));
  const { sizes, dashes } = await until(async () => {
    const now = await seen();
    return now.sizes.length > 0 && now.dashes.includes("12,8") && now;
  }, "dashes of 12 and 8 pixels");
  check(sizes.join() === "21", `words of ${sizes} pixels`);
  check(dashes.includes("0.1,8"), `dots: ${dashes.join(" | ")}`);
  await context.close();
});

test("arrow keys read both curves step by step", async ({ open }) => {
  const page = await trained(open);
  const plot = loss(page).getByRole("img", { name: "Loss" });
  await plot.focus();
  await plot.press("ArrowRight");
  await plot.press("ArrowRight");
  const read = (figure) => page.locator(`#readout-${figure}`).textContent();
  await until(async () => (await read("loss")).startsWith("step 1:"), "the loss at step 1");
  check((await read("accuracy")).startsWith("step 1:"), `accuracy: ${await read("accuracy")}`);
});

test("curves keep their size from the empty page to the end", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const sizes = () =>
    page.evaluate(() =>
      [...document.querySelectorAll(".plot, lab-strip .grid")].map((part) => {
        const { top, width, height } = part.getBoundingClientRect();
        return [top, width, height].map(Math.round).join();
      }),
    );
  const before = (await sizes()).join(" ");
  await press(page, "Play");
  await reached(page, 60);
  await press(page, "Pause");
  check((await sizes()).join(" ") === before, `${before} became ${await sizes()}`);
});
