// Devices that fail: nothing is lost but the steps since the last checkpoint, and the page says what happened.
import {
  full,
  inEngine,
  inWorkers,
  kept,
  old,
  refusing,
  secondTry,
  slow,
  stillborn,
  watched,
} from "./gpu.mjs";
import { check, test, until } from "./harness.mjs";
import { figures, losses, press, reached, ready, same } from "./lab.mjs";

const SMALL = "v=1&net=conv4-pool&side=14&train=500&batch=16&lr=0.05&steps=100000";
const ON_GPU = `${SMALL}&backend=webgpu`;
/** Longer than the interval between two checkpoints. */
const CHECKPOINT_MS = 2600;

const note = (page) => page.getByRole("region", { name: "Notes" }).locator("[data-note=worker]");
const titled = (page, title) => note(page).getByRole("heading", { name: title }).waitFor();
const backend = (page) => page.evaluate(() => convlab.run.session.backend);
const safeStep = async (page) =>
  Number(/up to step ([\d\s]+)\./.exec(await note(page).textContent())[1].replace(/\s/g, ""));

async function trained(open, hash) {
  const page = await open(hash);
  await ready(page);
  await press(page, "Play");
  await reached(page, 20);
  await page.waitForTimeout(CHECKPOINT_MS);
  return page;
}

/** Losses that are no result of training: zeros where numbers could not be read. */
async function noneMadeUp(page) {
  const seen = await losses(page);
  check(
    seen.every((loss) => Number.isFinite(loss) && loss > 0),
    `made-up losses in ${seen.slice(-5)}`,
  );
}

async function goesOn(page) {
  const { step } = await figures(page);
  await reached(page, step + 20);
}

test("a device that is switched off stops the run, and Continue goes on with the same bits", async ({
  context,
  open,
}) => {
  await inWorkers(context, kept);
  const page = await trained(open, ON_GPU);
  await page.evaluate(() => convlab.compiling.told(1, 12));
  await page.waitForTimeout(400);
  await page.evaluate(() => convlab.compiling.told(2, 12));
  const compiling = page.getByText(/^2 of 12 kernels/);
  await compiling.waitFor();
  const start = Date.now();
  await inEngine(page, () => devices.at(-1).destroy());
  await titled(page, "The graphics device failed");
  const ms = Date.now() - start;
  await compiling.waitFor({ state: "detached" });
  check(ms < 1000, `it took ${ms} ms to stop`);
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  const stopped = await losses(page);
  const safe = await safeStep(page);
  check(safe > 0 && safe <= stopped.length, `safe up to step ${safe} of ${stopped.length}`);
  await page.waitForTimeout(500);
  check((await losses(page)).length === stopped.length, "it went on by itself");
  await note(page).getByRole("button", { name: "Continue", exact: true }).click();
  await reached(page, stopped.length + 20);
  await press(page, "Pause");
  const whole = await losses(page);
  same(stopped, whole, stopped.length);
  check((await inEngine(page, () => devices.length)) === 2, "there is no new device");
  await press(page, "Reset");
  await until(async () => (await figures(page)).step === 0, "step 0");
  await press(page, "Play");
  await reached(page, whole.length);
  await press(page, "Pause");
  same(whole, await losses(page), whole.length);
});

test("a lost device is replaced once by itself, then on a word, then by the CPU", async ({
  context,
  open,
}) => {
  await inWorkers(context, kept);
  const page = await trained(open, ON_GPU);
  const lose = () => inEngine(page, () => devices.at(-1).lose());
  await lose();
  await titled(page, "The graphics device was started again");
  check((await note(page).textContent()).includes("The driver was updated."), await note(page).textContent());
  await goesOn(page);
  await lose();
  await titled(page, "The graphics device failed");
  const { step } = await figures(page);
  await page.waitForTimeout(500);
  check((await figures(page)).step === step, "it went on by itself");
  await press(page, "Play");
  await goesOn(page);
  await lose();
  await titled(page, "Training goes on on the CPU");
  const { kind, reason } = await backend(page);
  check(kind === "cpu" && reason.includes("The driver was updated"), `${kind}: ${reason}`);
  await goesOn(page);
  await noneMadeUp(page);
  check((await inEngine(page, () => devices.length)) === 3, "another number of devices was asked for");
});

test("a GPU process that crashes takes no run with it", async ({ open, browser, expectError }) => {
  expectError(/GPU/);
  const page = await trained(open, ON_GPU);
  const before = await losses(page);
  const devtools = await browser.newBrowserCDPSession();
  await devtools.send("Browser.crashGpuProcess");
  await titled(page, /was started again|goes on on the CPU/);
  await goesOn(page);
  await noneMadeUp(page);
  const after = await losses(page);
  const safe = Number(/from step ([\d\s]+)\./.exec(await note(page).textContent())[1].replace(/\s/g, ""));
  check(safe > 0, "it began again at step 0");
  same(before.slice(0, safe), after, Math.min(safe, before.length));
});

test("a run whose device failed can go on on the CPU", async ({ context, open }) => {
  await inWorkers(context, kept);
  const page = await trained(open, ON_GPU);
  await inEngine(page, () => devices.at(-1).destroy());
  await note(page).getByRole("button", { name: "Continue on the CPU" }).click();
  await goesOn(page);
  check((await backend(page)).kind === "cpu", "it is not on the CPU");
});

test("numbers that cannot be read back are an error, never zeros", async ({ context, open }) => {
  await inWorkers(context, kept);
  const page = await trained(open, ON_GPU);
  await inEngine(page, () => {
    const { mapAsync } = GPUBuffer.prototype;
    GPUBuffer.prototype.mapAsync = () => {
      GPUBuffer.prototype.mapAsync = mapAsync;
      return Promise.reject(new DOMException("not now", "OperationError"));
    };
  });
  await titled(page, "The graphics device failed");
  await noneMadeUp(page);
  await note(page).getByRole("button", { name: "Continue", exact: true }).click();
  await goesOn(page);
  await noneMadeUp(page);
});

test("a command that WebGPU refuses stops the run and is shown", async ({ context, open }) => {
  await inWorkers(context, kept);
  const page = await trained(open, ON_GPU);
  await inEngine(page, () => {
    const device = devices.at(-1);
    const layout = device.createBindGroupLayout({ entries: [] });
    const buffer = device.createBuffer({ size: 4, usage: GPUBufferUsage.UNIFORM });
    device.createBindGroup({ layout, entries: [{ binding: 7, resource: { buffer } }] });
  });
  await titled(page, "The graphics device failed");
  check((await note(page).textContent()).includes("refused a command"), await note(page).textContent());
  await noneMadeUp(page);
  await note(page).getByRole("button", { name: "Continue", exact: true }).click();
  await goesOn(page);
  check((await inEngine(page, () => devices.length)) === 2, "there is no new device");
});

test("the worker reduces by subgroups where the adapter has them", async ({ context, open }) => {
  await inWorkers(context, watched);
  const page = await open(ON_GPU);
  await ready(page);
  const { offered, used } = await inEngine(page, () => subgroups);
  console.log(`    the adapter has ${offered ? "subgroups" : "none"}`);
  check(used === offered, `subgroups are ${offered ? "there" : "not there"} and ${used ? "" : "not "}used`);
});

test("a device that is lost before it is used is asked for again", async ({ context, open }) => {
  await inWorkers(context, secondTry);
  const page = await open(ON_GPU);
  await ready(page);
  await press(page, "Play");
  await reached(page, 5);
  check((await backend(page)).kind === "webgpu", "it is not on WebGPU");
  check((await inEngine(page, () => globalThis.asked)) === 2, "the device was not asked for twice");
});

for (const [what, prelude, why] of [
  ["an adapter whose devices are always lost", stillborn, "switched off"],
  ["an adapter that gives no device", refusing, "The limits are too high"],
  ["a browser without WebGPU", old, "this browser has no WebGPU"],
]) {
  test(`${what} leaves the CPU`, async ({ context, open }) => {
    await inWorkers(context, prelude);
    const page = await open(SMALL);
    await ready(page);
    await press(page, "Play");
    await reached(page, 5);
    const { kind, reason } = await backend(page);
    check(kind === "cpu" && reason.includes(why), `${kind}: ${reason}`);
  });
}

test("what finds no room is refused, and the network before it stays", async ({ context, open }) => {
  await inWorkers(context, full);
  const page = await open(ON_GPU);
  await ready(page);
  await press(page, "Play");
  await reached(page, 10);
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  const before = await losses(page);
  await inEngine(page, () => {
    globalThis.full = true;
  });
  const batch = page.getByRole("spinbutton", { name: "Batch size" });
  await batch.fill("32");
  await batch.press("Enter");
  await press(page, "Restart as new run");
  await page
    .getByText(/The device has no room for \d+ MB\./)
    .first()
    .waitFor();
  await inEngine(page, () => {
    globalThis.full = false;
  });
  check((await page.evaluate(() => convlab.run.values.batch)) === 16, "the batch size is another one");
  await press(page, "Play");
  await until(async () => (await losses(page)).length > before.length, "the old network goes on");
  same(before, await losses(page), before.length);
});

test("while a device compiles its kernels the page counts along", async ({ context, open }) => {
  await inWorkers(context, slow);
  const page = await open(ON_GPU);
  const told = page.getByText(/^\d+ of \d+ kernels of this network are compiled/);
  await told.waitFor();
  const [, done, total] = /(\d+) of (\d+)/.exec(await told.textContent());
  check(Number(done) > 0 && Number(done) < Number(total), `${done} of ${total}`);
  await ready(page);
  await told.waitFor({ state: "detached" });
});
