// The golden cases and digests on the devices of a browser: `cargo xtask test "golden on web"` builds what this needs.
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { watched, withSubgroups } from "./gpu.mjs";
import { check, test } from "./harness.mjs";

const golden = resolve(import.meta.dirname, "../golden");
const files = readdirSync(resolve(golden, "torch")).filter((name) => name.endsWith(".safetensors"));
const listed = JSON.parse(readFileSync(resolve(golden, "torch/cases.json"), "utf8")).cases;
const digests = readFileSync(resolve(golden, "bits.txt"), "utf8").split("\n").filter(Boolean);

/** A page that has nothing but the engine. */
async function engine({ page, origin, elsewhere }) {
  await page.goto(elsewhere("<!doctype html><title>Golden cases</title>"));
  await page.evaluate(async (origin) => {
    const module = await import(`${origin}/golden/engine/convlab.js`);
    await module.default({ module_or_path: `${origin}/golden/engine/convlab_bg.wasm` });
    globalThis.engine = module;
  }, origin);
  return page;
}

const needed = process.env.CONVLAB_GOLDEN ? ["cpu", "webgpu"] : [];

/** Runs the cases that are wanted, and expects all of them to pass. */
async function judged(tools, backend, wanted, atLeast) {
  const page = await engine(tools);
  const cases = listed.filter(wanted);
  const asked = {
    files,
    backend,
    at: `${tools.origin}/golden/cases/torch`,
    names: cases.map(({ name }) => name),
  };
  const { device, passed, failures } = await page.evaluate(async ({ files, backend, at, names }) => {
    const bytes = async (name) => new Uint8Array(await (await fetch(`${at}/${name}`)).arrayBuffer());
    const given = Object.fromEntries(await Promise.all(files.map(async (name) => [name, await bytes(name)])));
    const list = JSON.parse(new TextDecoder().decode(await bytes("cases.json")));
    const cases = list.cases.filter(({ name }) => names.includes(name));
    const wanted = new TextEncoder().encode(JSON.stringify({ ...list, cases }));
    return globalThis.engine.golden(wanted, given, backend);
  }, asked);
  console.log(`    ${passed} cases passed on ${device}`);
  check(failures.length === 0, failures.join("\n"));
  check(passed === cases.length && passed >= atLeast, `${passed} of ${cases.length} cases were run`);
}

if (needed.length > 0) {
  test("golden convolutions on webgpu in the form that shares memory", { seconds: 300 }, (tools) =>
    judged(tools, "webgpu sharing", ({ op }) => op === "conv2d", 15),
  );

  test("golden sums and norms on webgpu with subgroups", { seconds: 300 }, async (tools) => {
    await tools.context.addInitScript(watched);
    await tools.context.addInitScript(withSubgroups);
    const reduces = ({ op }) => /conv2d|norm|softmax/.test(op);
    await judged(tools, "webgpu", reduces, 61);
    const { offered, used } = await tools.page.evaluate(() => subgroups);
    console.log(`    the adapter has ${offered ? "subgroups" : "none"}`);
    check(used === offered, `subgroups are ${offered ? "there" : "not there"} and ${used ? "" : "not "}used`);
  });
}

for (const backend of needed) {
  test(`golden cases on ${backend}`, { seconds: 900 }, (tools) => judged(tools, backend, () => true, 151));

  test(`golden bits on ${backend}`, async (tools) => {
    const page = await engine(tools);
    const got = await page.evaluate((backend) => globalThis.engine.bits(backend), backend);
    const want = backend === "cpu" ? digests : digests.filter((line) => line.startsWith("draws/"));
    const wrong = want.filter((line, i) => got[i] !== line);
    check(wrong.length === 0 && got.length === want.length, `other bits than ${wrong.join(", ")}`);
  });
}
