// The page in a browser of its own, for measurements: CHROME=<program>.
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { serveFolders } from "./server.mjs";

const www = resolve(import.meta.dirname, "../../www");
const { chromium } = createRequire(resolve(www, "package.json"))("playwright-core");
const FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"];

/** Opens the experiment of a link and waits for the engine; `close` ends browser and server. */
export async function openPage(link) {
  const site = await serveFolders({ "/": resolve(www, "dist") });
  const browser = await chromium.launch({ executablePath: process.env.CHROME, args: FLAGS });
  const page = await browser.newPage({ viewport: { width: 1440, height: 1200 } });
  page.on("pageerror", (error) => console.log(`The page threw: ${error.message}`));
  await page.goto(`${site.origin}/#${link}`);
  await page.waitForFunction(() => globalThis.convlab?.state === "ready", null, { timeout: 120_000 });
  const close = async () => {
    await browser.close();
    site.close();
  };
  return { browser, page, close };
}

/** Shows the tabs of Inspect by turns, so that everything is visible now and then. */
export async function showNextTab(page, turn) {
  const tabs = page.getByRole("tab");
  await tabs.nth(turn % (await tabs.count())).click();
}
