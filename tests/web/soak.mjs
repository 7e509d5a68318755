// Whether the page gives back what it took: trains long with everything visible, makes and deletes 100 runs,
// builds 200 networks. CHROME=<program> node soak.mjs [MINUTES [RUNS [NETWORKS]]]; fails where bytes or buffers
// stay behind.
import { openPage, showNextTab } from "./open.mjs";

const [MINUTES = 30, RUNS = 100, REBUILDS = 200] = process.argv.slice(2).map(Number);
const SAMPLES = 12;
const TAB_MS = 5000;
const LINK = "v=1&backend=cpu&train=2000";
/** Nets that take turns; their shapes have nothing in common. */
const NETS = ["conv8-pool-conv16-pool", "lenet", "conv4-pool-res8s2-gap", "mlp"];
/** The module's memory may grow once more by so much while the largest net is met. */
const MB = 1024 * 1024;

const { page, close } = await openPage(LINK);
const devtools = await page.context().newCDPSession(page);
const rows = [];

/** Bytes and buffers on the device, bytes of the module and of the page's own objects. */
async function sample(what) {
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  const { usage, step } = await page.evaluate(async () => ({
    usage: await convlab.usage(),
    step: convlab.run.step,
  }));
  const row = { what, step, buffers: usage.buffers, bytes: usage.bytes, wasm: usage.wasm, heap: usedSize };
  rows.push(row);
  console.log(
    `${what.padEnd(22)} step ${String(step).padStart(7)}  ${String(row.buffers).padStart(4)} buffers ${(row.bytes / MB).toFixed(2).padStart(8)} MB  wasm ${(row.wasm / MB).toFixed(1).padStart(6)} MB  heap ${(row.heap / MB).toFixed(1).padStart(6)} MB`,
  );
  return row;
}

/** The experiment of the start, at rest, with all plans that looking has made. */
async function atRest(what) {
  await page.evaluate(async (link) => {
    await convlab.pause();
    convlab.runs.replace([]);
    await convlab.open(link);
    await convlab.restart.applying;
    await convlab.step();
    await convlab.run.evaluate();
    convlab.runs.replace([]);
    await new Promise((later) => setTimeout(later, 500));
  }, LINK);
  return sample(what);
}

async function train(minutes) {
  await page.evaluate(() => {
    convlab.run.target = 1e7;
    convlab.play();
  });
  const end = Date.now() + 60_000 * minutes;
  const every = (60_000 * minutes) / SAMPLES;
  let next = Date.now() + every;
  for (let turn = 0; Date.now() < end; turn++) {
    await showNextTab(page, turn);
    await new Promise((later) => setTimeout(later, Math.min(TAB_MS, Math.max(0, end - Date.now()))));
    if (Date.now() >= next) {
      await sample("training");
      next += every;
    }
  }
  await showNextTab(page, 0);
  await page.evaluate(() => convlab.pause());
}

async function restarts(count, patchOf) {
  for (let i = 0; i < count; i++) {
    await page.evaluate(async (patch) => {
      await convlab.restart.with(patch);
      await convlab.step();
    }, patchOf(i));
    if ((i + 1) % (count / 4) === 0) await sample(`${i + 1} of ${count}`);
  }
}

const before = await atRest("at the start");
await train(MINUTES);
console.log(`${RUNS} runs, made and deleted`);
await restarts(RUNS, (i) => ({ lr: 0.01 + i / 1e4 }));
await atRest("runs deleted");
console.log(`${REBUILDS} networks`);
await restarts(REBUILDS, (i) => ({ net: NETS[i % NETS.length] }));
const first = await atRest("networks gone");
// Once more: what grew by the first round must not grow by the second.
await restarts(REBUILDS / 4, (i) => ({ net: NETS[i % NETS.length] }));
const after = await atRest("at the end");
await close();

const failures = [
  after.buffers !== before.buffers && `${after.buffers - before.buffers} buffers stay behind`,
  after.bytes !== before.bytes && `${after.bytes - before.bytes} bytes stay behind on the device`,
  after.wasm > first.wasm && "the module's memory still grows",
  after.heap > first.heap + 2 * MB && "the page's own objects still grow",
].filter(Boolean);
console.log(failures.length === 0 ? "Everything was given back." : `FAILED: ${failures.join("; ")}.`);
process.exit(failures.length === 0 ? 0 : 1);
