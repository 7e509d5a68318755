// The formulas of the tab Layer: every printed line is computed again from its own text.
import { check, test, until } from "./harness.mjs";
import { press, reached, ready } from "./lab.mjs";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Φ by the trapezium rule, so that nothing is shared with the page. */
function phi(x) {
  const steps = 20_000;
  const h = (x + 12) / steps;
  const density = (t) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = (density(-12) + density(x)) / 2;
  for (let i = 1; i < steps; i++) sum += density(-12 + i * h);
  return sum * h;
}

/** What a line of arithmetic gives: "1.2 · (−0.5) + √(0.3)". */
function compute(line) {
  const power = (_, sign, digits) =>
    `*10**(${sign ? "-" : ""}${[...digits].map((digit) => SUPERSCRIPTS.indexOf(digit)).join("")})`;
  const script = line
    .replace(/·10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, power)
    .replaceAll("−", "-")
    .replaceAll("·", "*")
    .replaceAll("√", "Math.sqrt")
    .replace(/\b(exp|tanh|max)\(/g, "Math.$1(")
    .replace(/\bln\(/g, "Math.log(")
    .replaceAll("Φ(", "phi(");
  check(/^[\d\s.*+\-/(),A-Za-z]+$/.test(script), `this is no arithmetic: ${line}`);
  return Function("phi", `return ${script}`)(phi);
}

const number = (text) => compute(text.trim());

/** Three digits of the result, or of the largest number that it is the difference of. */
function agrees(got, expected, line) {
  const parts = line.match(/[\d.]+(·10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?/g) ?? [];
  const size = Math.max(
    Math.abs(expected),
    ...parts.map((part) => Math.min(1, Math.abs(number(part)))),
    1e-12,
  );
  return Math.abs(got - expected) <= 1e-3 * size;
}

async function checkSheets(page, what) {
  const sheets = await page.locator("lab-formula .sheet-of-numbers").evaluateAll((all) =>
    all.map((sheet) => ({
      lines: [...sheet.querySelectorAll("dd")].map((line) => ({
        numbers: line.querySelector(".filled").textContent,
        result: line.querySelector("b").textContent,
      })),
      engine: /computed (.+)\.$/.exec(sheet.querySelector(".engine")?.textContent)?.[1],
    })),
  );
  check(sheets.length > 0, `${what}: no formula`);
  for (const { lines, engine } of sheets) {
    for (const { numbers, result } of lines) {
      check(agrees(compute(numbers), number(result), numbers), `${what}: ${numbers} is not ${result}`);
    }
    // A layer that rests computes nothing.
    if (engine === undefined) continue;
    const last = lines.at(-1);
    check(
      agrees(number(last.result), number(engine), last.numbers),
      `${what}: ${last.result}, engine ${engine}`,
    );
  }
  return sheets.length;
}

/** Every layer of a link, and its loss. */
async function checkLayers(open, link) {
  const page = await open(link);
  await page.reload();
  await ready(page);
  await page.getByRole("tab", { name: "Layer", exact: true }).click();
  const select = page.getByRole("combobox", { name: "Formula of" });
  await until(async () => (await select.locator("option").count()) > 2, "the layers");
  const layers = await select.locator("option").evaluateAll((all) => all.map(({ value }) => value));
  let updates = 0;
  for (const layer of layers) {
    await select.selectOption(layer);
    const shown = (step) =>
      until(
        () =>
          page.evaluate(
            ([name, at]) => {
              const { value } = document.querySelector("lab-formula").asked;
              return value?.layer === name && value.inspection.step === at;
            },
            [layer, step],
          ),
        `${layer} at step ${step}`,
      );
    const { step } = await page.evaluate(() => ({ step: convlab.run.step }));
    await shown(step);
    await press(page, "Step");
    await reached(page, step + 1);
    await shown(step + 1);
    await page.evaluate(() => document.querySelector("lab-formula").updateComplete);
    const sheets = await checkSheets(page, `${link} layer ${layer}`);
    updates += sheets - 1;
  }
  check(updates > 0, "no update was shown");
}

const SMALL = "v=1&side=14&train=500&batch=16&backend=cpu";
const LINKS = {
  "batch norm, ReLU, max pooling, SGD with momentum": `${SMALL}&net=conv4-pool-conv4-pool`,
  "layer norm, GELU, Adam with decay": `${SMALL}&net=conv4-pool&norm=layer&act=gelu&opt=adam&wd=0.01`,
  "group norm, tanh, AdamW": `${SMALL}&net=conv4-pool&norm=group&groups=2&act=tanh&opt=adamw&wd=0.05`,
  "instance norm, sigmoid, RMSProp, L1": `${SMALL}&net=conv4-pool&norm=instance&act=sigmoid&opt=rmsprop&l1=0.001`,
  "a residual block, leaky ReLU, average pooling, Nesterov, smoothing": `${SMALL}&net=conv4-pool-res4-gap&act=leaky&opt=nesterov&smooth=0.1`,
};
test("formulas hold by hand on WebGPU, too", async ({ open }) =>
  checkLayers(open, "v=1&side=14&train=500&batch=16&net=conv4-pool&backend=webgpu"));

test("a column of the strip opens its formula", async ({ open }) => {
  const page = await open(LINKS["batch norm, ReLU, max pooling, SGD with momentum"]);
  await ready(page);
  const column = page.getByRole("button", { name: /^Max 2×2/ }).first();
  await column.click();
  await page.getByText("y = max(x)", { exact: true }).waitFor();
  const focus = () => page.evaluate(() => document.activeElement.textContent.trim());
  check((await focus()).startsWith("Max 2×2"), `the focus went to ${await focus()}`);
  await page.keyboard.press("Enter");
  await until(async () => (await focus()) === "Layer", "a second Enter opens the layer");
});

test("dropout shows a kept unit beside a dropped one, and claims no number of the engine", async ({
  open,
}) => {
  const page = await open(`${SMALL}&net=conv4-pool&p=0.5`);
  await ready(page);
  await page
    .getByRole("button", { name: /^Dropout \d/ })
    .first()
    .click();
  const sheet = page.locator("lab-formula .sheet-of-numbers");
  await sheet.getByText("y = x · m / (1 − p)").waitFor();
  const lines = await sheet.locator("dl div").allTextContents();
  const result = (line) => number(line.split("=").at(-1));
  const [dropped, kept] = lines;
  check(lines.length === 2 && /, dropped/.test(dropped) && /, kept/.test(kept), lines.join());
  check(result(dropped) === 0 && result(kept) !== 0, lines.join());
  check(compute(kept.split("kept")[1].split("=")[0]) !== 0, kept);
  check((await sheet.locator(".engine").count()) === 0, "the engine is said to have computed it");
});

for (const [name, link] of Object.entries(LINKS)) {
  test(`formulas hold by hand: ${name}`, async ({ open }) => checkLayers(open, link));
}

test("the keys that move along the strip bring each layer's formula, but no other tab than the reader's", async ({
  open,
}) => {
  const page = await open(`${SMALL}&net=conv4-pool`);
  await ready(page);
  const chosenTab = () => page.getByRole("tab", { selected: true }).textContent();
  const shown = () =>
    page.getByRole("combobox", { name: "Formula of" }).locator("option:checked").textContent();
  const layer = (name) => page.locator("lab-strip .layer", { hasText: name });
  await layer("Image").focus();
  await page.keyboard.press("ArrowRight");
  await until(async () => (await chosenTab()) === "Layer", "the formula of a layer");
  await until(async () => (await shown()).startsWith("Conv 3×3"), "the first layer");
  await page.keyboard.press("ArrowRight");
  await until(async () => (await shown()).startsWith("Batch"), "the next layer");
  check(await layer("Batch").evaluate((it) => it === document.activeElement), "the focus was taken");
  check((await layer("Batch").getAttribute("aria-pressed")) === "false", "it was chosen");
  const headline = page.locator("lab-strip h2");
  await page.keyboard.press("Enter");
  await until(async () => (await headline.textContent()).includes("Batch"), "the chosen layer");
  await page.keyboard.press("ArrowLeft");
  await until(async () => (await shown()).startsWith("Conv 3×3"), "the layer before");
  await until(async () => (await headline.textContent()).includes("Conv 3×3"), "its headline");
  check((await layer("Conv 3×3").getAttribute("aria-pressed")) === "true", "the choice stayed behind");
  await page.keyboard.press("Escape");

  await page.getByRole("tab", { name: "Filters" }).click();
  await layer("Batch").focus();
  await page.keyboard.press("ArrowRight");
  await until(() => page.evaluate(() => convlab.looking === ""), "Inspect has heard of it");
  await page.evaluate(() => document.querySelector("lab-inspect").updateComplete);
  check((await chosenTab()) === "Filters", "another tab than the reader's");
  await page.getByRole("tab", { name: "Layer", exact: true }).click();
  await until(async () => (await shown()).startsWith("ReLU"), "the layer that was passed last");
});
