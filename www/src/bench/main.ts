/** The page that harnesses drive: `window.peer = { name, init, step, loss }`. */

import { open } from "../engine/client";
import type { BackendChoice, Session } from "../engine/types";
import { MOMENTUM, makeData, NETS, type Net, RATE } from "./data";

const query = new URLSearchParams(location.search);
const backend = (query.get("backend") ?? "cpu") as BackendChoice;

const turn = Number(query.get("turn")) || undefined;

let session: Session | undefined;
let last = Number.NaN;

const peer = {
  name: `convlab-${backend}`,
  async init(net: Net, batch: number): Promise<void> {
    const experiment = { net, batch, lr: RATE, momentum: MOMENTUM, train: batch };
    // On the CPU as the page does it. What WebGPU is asked for can only be counted on this thread.
    const worker = backend === "cpu";
    session = await open(experiment, { backend, worker, data: makeData(net, batch) });
  },
  /** Resolves when all n steps are complete. */
  async step(n: number): Promise<void> {
    if (!session) throw new Error("init comes before step.");
    const { diverged } = await session.advance(n, {
      turn,
      onRows(rows) {
        last = rows.at(-1)?.loss ?? last;
      },
    });
    if (diverged !== undefined) throw new Error(`The loss diverged at step ${diverged}.`);
  },
  loss: async (): Promise<number> => last,
};

declare global {
  interface Window {
    peer: typeof peer;
  }
}
window.peer = peer;

const outcome = document.querySelector("#outcome") as HTMLElement;

async function run(): Promise<void> {
  const net = (query.get("net") ?? "lenet") as Net;
  const batch = Number(query.get("batch") ?? 64);
  if (!(net in NETS)) {
    outcome.textContent = `${net} is not one of ${Object.keys(NETS).join(", ")}.`;
    return;
  }
  outcome.textContent = "Running.";
  await peer.init(net, batch);
  await peer.step(4);
  const first = last;
  const start = performance.now();
  const steps = 20;
  await peer.step(steps);
  const seconds = (performance.now() - start) / 1000;
  const rate = ((steps * batch) / seconds).toFixed(0);
  outcome.textContent = `${net}, batch ${batch}, ${session?.backend.name}: ${rate} samples/s, loss ${first.toFixed(3)} to ${last.toFixed(3)}.`;
}

document.querySelector("#run")?.addEventListener("click", () => {
  run().catch((error: Error) => {
    outcome.textContent = error.message;
  });
});
