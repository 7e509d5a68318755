// What axe-core finds wrong with a page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { check } from "./harness.mjs";

const require = createRequire(resolve(import.meta.dirname, "../../www/package.json"));
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export async function violations(page) {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run());
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

/** Nothing that axe knows is wrong, and nothing scrolls sideways. */
export async function clean(page, name) {
  await new Promise((later) => setTimeout(later, 700));
  const found = await violations(page);
  check(found.length === 0, `${name}: ${found.join("\n")}`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(over <= 0, `${name}: ${over} px too wide`);
}
