// Which functions of the engine run until some steps are done on the CPU, in the page and in the benchmark:
// CHROME=<program> node first-part.mjs <folder of marked.wasm and names.txt> <file for the list>
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { launch } from "./harness.mjs";
import { serveFolders } from "./server.mjs";

const [folder, file] = process.argv.slice(2);
const dist = resolve(import.meta.dirname, "../../www/dist");
const marked = readFileSync(resolve(folder, "marked.wasm"));
const names = readFileSync(resolve(folder, "names.txt"), "utf8").split("\n");

/** Stands before the script of whoever runs the engine: hears which functions run. */
function listen() {
  const marks = new Set();
  globalThis.marks = marks;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = (module, imports) => {
    const parts = { ...imports.parts, mark: (number) => marks.add(number) };
    return instantiate(module, { ...imports, parts });
  };
}

/** What the page asks of its worker up to the first steps; runs in a page. */
async function firstSteps(script) {
  const worker = new Worker(script, { type: "module" });
  const waiting = new Map();
  worker.onmessage = ({ data }) => waiting.get(data.id)?.(data);
  const ask = (verb, ...args) =>
    new Promise((done, failed) => {
      const id = waiting.size + 1;
      waiting.set(id, ({ error }) => (error ? failed(new Error(error)) : done()));
      worker.postMessage({ id, session: 1, generation: 1, verb, args });
    });
  await ask("settings");
  await ask("open", "", { backend: "auto", early: true });
  await ask("link");
  await ask("restart", {}, null);
  const maps = { image: 0, channels: 8 };
  await ask("inspect", { stats: true, predictions: true, maps, nextBatch: 14, histogram: { bins: 32 } });
  await ask("evaluate", { split: "validation", limit: 200 });
  await ask("advance", 20);
  await ask("inspect", { stats: true, predictions: true, maps });
  await ask("evaluate", { split: "validation" });
  await ask("evaluate", { split: "train", limit: 250 });
}

const site = await serveFolders({ "/": dist });
const browser = await launch("no adapter");
const page = await browser.newPage();
await page.route("**/assets/worker-*.js", async (route) => {
  const script = await (await route.fetch()).text();
  await route.fulfill({ contentType: "text/javascript", body: `(${listen})();${script}` });
});
await page.route("**/assets/convlab_bg-*.wasm", (route) =>
  route.fulfill({ contentType: "application/wasm", body: marked }),
);
// The marked module is whole.
const nothing = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
await page.route("**/assets/convlab_rest-*.wasm", (route) =>
  route.fulfill({ contentType: "application/wasm", body: nothing }),
);
const ran = async (where) =>
  (await where.evaluate(() => [...globalThis.marks])).map((number) => names[number]);

await page.goto(`${site.origin}/embed.js`);
const script = readdirSync(resolve(dist, "assets")).find((name) => name.startsWith("worker-"));
await page.evaluate(firstSteps, `/assets/${script}`);
const list = new Set(await ran(page.workers()[0]));

await page.goto(`${site.origin}/bench.html`);
await page.evaluate(async () => {
  await globalThis.peer.init("lenet", 64);
  await globalThis.peer.step(5);
});
for (const name of await ran(page.workers()[0])) list.add(name);

writeFileSync(file, `${[...list].sort().join("\n")}\n`);
console.log(`${file}: ${list.size} of ${new Set(names).size} names`);
await browser.close();
site.close();
