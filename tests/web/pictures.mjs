// Takes the pictures of docs/pictures from the running page: CHROME=<program> node pictures.mjs
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { openPage } from "./open.mjs";

const FOLDER = resolve(import.meta.dirname, "../../docs/pictures");
const LINK = "v=1&train=2000&steps=300&backend=cpu";
const TABS = ["batch", "mistakes", "confusion", "histograms", "filters", "layer", "plan"];
const PHONE = { width: 390, height: 844 };
const LAPTOP = { width: 1440, height: 900 };

mkdirSync(FOLDER, { recursive: true });
const { page, close } = await openPage(LINK);

const press = (name) => page.getByRole("button", { name, exact: true }).first().click();
const reached = (step) =>
  page.waitForFunction((step) => convlab.run?.step >= step, step, { timeout: 120_000 });
const shoot = async (name, place) => {
  await page.waitForTimeout(600);
  await (place ?? page).screenshot({ path: resolve(FOLDER, `${name}.png`) });
  console.log(`docs/pictures/${name}.png`);
};
const tab = async (name) => {
  await page.locator(`#tab-${name}`).click();
  await page.waitForTimeout(1500);
};

await press("Play");
await reached(150);
await press("Pause");
// A digit one, drawn with the mouse.
const pad = page.getByRole("region", { name: "Draw a digit" });
const box = await pad.getByRole("application").boundingBox();
const at = (x, y) => [box.x + x * box.width, box.y + y * box.height];
await page.mouse.move(...at(0.38, 0.3));
await page.mouse.down();
for (const [x, y] of [
  [0.52, 0.18],
  [0.52, 0.5],
  [0.52, 0.82],
])
  await page.mouse.move(...at(x, y), { steps: 8 });
await page.mouse.up();
await shoot("pad", pad);

const size = page.viewportSize();
await page.setViewportSize(LAPTOP);
await shoot("light");
await page.setViewportSize(size);

// A run with another rate stays behind as a curve.
await page.evaluate(() => convlab.restart.with({ lr: 0.06 }));
await page.evaluate(() => convlab.play());
await reached(300);
await page.evaluate(() => convlab.run.pause());
await shoot("strip", page.locator("lab-strip"));
await shoot("curves", page.locator("lab-curves"));
await shoot("runs", page.locator("lab-runs"));
for (const name of TABS) {
  await tab(name);
  await shoot(name, page.locator("lab-inspect"));
}

await tab("checks");
await press("Range test");
await press("Test the range");
await page.getByRole("group", { name: "Training loss over the learning rate" }).waitFor({ timeout: 120_000 });
await page.getByRole("button", { name: "Test the range" }).waitFor({ timeout: 120_000 });
await shoot("checks", page.locator("lab-inspect"));

await tab("twin");
await page.getByRole("combobox", { name: "They differ in" }).selectOption("norm");
await press("Train the twins");
await page.getByText("Both saw the same images at the same steps.").waitFor({ timeout: 300_000 });
await shoot("twin", page.locator("lab-inspect"));

await page.emulateMedia({ colorScheme: "dark" });
await page.setViewportSize(LAPTOP);
await shoot("dark");
await page.setViewportSize(PHONE);
await shoot("phone");
await close();
