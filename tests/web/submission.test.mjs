// What a turn asks of WebGPU: one write of step records and one submission, however many steps it has.
import { check, test } from "./harness.mjs";

/** Counts what the page asks of its GPU. */
function counted() {
  const asked = {};
  const count = (type, method) => {
    const original = type.prototype[method];
    asked[method] = 0;
    type.prototype[method] = function (...words) {
      // A late read is asked for again by a submission of nothing.
      if (words[0]?.length !== 0) asked[method] += 1;
      return original.apply(this, words);
    };
  };
  count(GPUDevice, "createBuffer");
  count(GPUDevice, "createBindGroup");
  count(GPUDevice, "createCommandEncoder");
  count(GPUQueue, "writeBuffer");
  count(GPUQueue, "submit");
  count(GPUCommandEncoder, "beginComputePass");
  count(GPUComputePassEncoder, "dispatchWorkgroups");
  // How many reads were waited for at once.
  const { mapAsync } = GPUBuffer.prototype;
  globalThis.reads = { now: 0, most: 0 };
  GPUBuffer.prototype.mapAsync = async function (...words) {
    reads.now += 1;
    reads.most = Math.max(reads.most, reads.now);
    await mapAsync.apply(this, words);
    reads.now -= 1;
  };
  globalThis.asked = asked;
  // Time stands still, so that no checkpoint is due.
  performance.now = () => 0;
}

/** A page with a network whose turns have so many steps; one step is made. */
async function opened({ context, origin }, steps) {
  const page = await context.newPage();
  await page.addInitScript(counted);
  await page.goto(`${origin}/bench.html?backend=webgpu&turn=${steps}`);
  await page.waitForFunction(() => globalThis.peer);
  await page.evaluate(async () => {
    await globalThis.peer.init("lenet", 4);
    await globalThis.peer.step(1);
  });
  return page;
}

/** What is asked during one turn of so many steps. */
async function duringTurn(tools, steps) {
  const page = await opened(tools, steps);
  return page.evaluate(async (steps) => {
    const before = { ...globalThis.asked };
    await globalThis.peer.step(steps);
    return Object.fromEntries(Object.entries(globalThis.asked).map(([what, n]) => [what, n - before[what]]));
  }, steps);
}

test("a step asks WebGPU for dispatches and nothing else", async (tools) => {
  const [eight, sixteen] = [await duringTurn(tools, 8), await duringTurn(tools, 16)];
  const { dispatchWorkgroups: dispatches, ...others } = eight;
  const { dispatchWorkgroups: twice, ...same } = sixteen;
  check(dispatches === 8 * 16 && twice === 16 * 16, `${dispatches} and ${twice} dispatches`);
  check(
    JSON.stringify(others) === JSON.stringify(same),
    `8 steps asked for ${JSON.stringify(others)}, 16 for ${JSON.stringify(same)}`,
  );
  check(others.writeBuffer === 1, `${others.writeBuffer} writes a turn`);
  check(others.beginComputePass === 1, `${others.beginComputePass} passes a turn`);
  check(others.submit === 2, `${others.submit} submissions a turn: the steps, and the figures read back`);
  check(others.createBuffer === 1, `${others.createBuffer} buffers a turn: what the figures are read into`);
  check(others.createBindGroup === 0, `${others.createBindGroup} bind groups a turn`);
});

test("the next turn is under way while the figures of one are read", async (tools) => {
  const page = await opened(tools, 8);
  const most = (turns) =>
    page.evaluate(async (steps) => {
      globalThis.reads.most = 0;
      await globalThis.peer.step(steps);
      return globalThis.reads.most;
    }, 8 * turns);
  check((await most(1)) === 1, "one turn is read alone");
  check((await most(3)) === 2, "of three turns two are under way at once");
});
