// Prints what each kernel takes in a browser: CHROME=<program> CONVLAB_GOLDEN=<folder> node kernels.mjs
import { launch } from "./harness.mjs";
import { ISOLATED, serveFolders } from "./server.mjs";

const site = await serveFolders({ "/": process.env.CONVLAB_GOLDEN }, ISOLATED);
const browser = await launch("no adapter");
try {
  const page = await browser.newPage();
  await page.goto(`${site.origin}/convlab.js`);
  const table = await page.evaluate(async () => {
    const engine = await import("/convlab.js");
    await engine.default({ module_or_path: "/convlab_bg.wasm" });
    return engine.kernels();
  });
  console.log(`Chromium ${browser.version()}, the fastest of some runs\n\n${table}`);
} finally {
  await browser.close();
  site.close();
}
