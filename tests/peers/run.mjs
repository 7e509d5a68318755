// Measures Convlab beside other libraries: one browser, a page for each, one window after the other in turn.
//
//   node run.mjs [--nets lenet,vgg] [--peers convlab-cpu,tfjs-wasm] [--rounds 5] [--seconds 2] [--batch 64]
//                [--burn FOLDER] [--torch PYTHON]
//
// A window is one `step(n)` that lasts about `--seconds` and ends when all its work is done.
import { createRequire } from "node:module";
import { loadavg } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { serveFolders } from "../web/server.mjs";
import { Page } from "./page-peer.mjs";
import { Process } from "./process-peer.mjs";
import { row, table } from "./report.mjs";

const here = import.meta.dirname;
const { chromium } = createRequire(resolve(here, "../../www/package.json"))("playwright-core");

const { values: options } = parseArgs({
  options: {
    nets: { type: "string", default: "lenet,vgg,resnet8" },
    peers: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    batch: { type: "string", default: "64" },
    burn: { type: "string" },
    torch: { type: "string" },
  },
});

const ROUNDS = Number(options.rounds);
const WINDOW = Number(options.seconds) * 1000;
const BATCH = Number(options.batch);

/** A step that lasts longer is timed once, in place of all windows. */
const HEAVY = 4000;

const FLAGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
];

function chosen() {
  const browser = ["convlab-cpu", "convlab-webgpu", "tfjs-wasm", "tfjs-webgpu", "jax-webgpu", "convnetjs"];
  const known = [...browser, ...(options.burn ? ["burn-flex"] : []), ...(options.torch ? ["torch"] : [])];
  const asked = options.peers?.split(",") ?? known;
  const strange = asked.find((name) => !known.includes(name));
  if (strange) throw new Error(`${strange} is not one of ${known.join(", ")}.`);
  return asked;
}

function opened(name, net, browser, origin) {
  if (name === "torch") return Process.open(options.torch, resolve(here, "torch_peer.py"), net, BATCH);
  const backend = name.startsWith("convlab-") && name.slice("convlab-".length);
  const address = backend
    ? `/convlab/bench.html?backend=${backend}&net=${net}&batch=${BATCH}`
    : `/page.html?library=${name}&net=${net}&batch=${BATCH}`;
  return Page.open(browser, origin + address);
}

/** Opens, takes the first step and enough others for compilers to be done; says how many steps fill a window. */
async function warmed(name, net, browser, origin) {
  const peer = { name, net, windows: [] };
  try {
    peer.page = await opened(name, net, browser, origin);
    Object.assign(peer, peer.page.start);
    let ms = await peer.page.step(1);
    if (ms > HEAVY) {
      peer.windows.push((BATCH / ms) * 1000);
    } else {
      for (const n of [2, 4]) ms = (await peer.page.step(n)) / n;
      peer.steps = Math.max(1, Math.round(WINDOW / ms));
    }
    peer.perStep = await peer.page.perStep();
  } catch (error) {
    peer.error = String(error.message ?? error).split("\n")[0];
  }
  console.log(row(peer));
  return peer;
}

async function measured(net, browser, origin) {
  console.log(`\n${net}, batch ${BATCH}: the first step, and what one step asks of the browser`);
  const peers = [];
  for (const name of chosen()) peers.push(await warmed(name, net, browser, origin));
  const ready = peers.filter((peer) => peer.steps);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < ready.length; i++) {
      const peer = ready[(i + round) % ready.length];
      const ms = await peer.page.step(peer.steps);
      peer.windows.push((peer.steps * BATCH * 1000) / ms);
      peer.steps = Math.max(1, Math.round((peer.steps * WINDOW) / ms));
    }
  }
  for (const peer of peers) {
    peer.lastLoss = await peer.page?.loss().catch(() => undefined);
    await peer.page?.close();
  }
  console.log(`\n${table(net, peers)}`);
}

const folders = { "/": resolve(here, "dist"), "/convlab/": resolve(here, "../../www/dist") };
const site = await serveFolders({ ...folders, ...(options.burn && { "/burn/": options.burn }) });
const browser = await chromium.launch({ executablePath: process.env.CHROME, args: FLAGS });
try {
  console.log(`Chromium ${browser.version()}, ${ROUNDS} windows of ${options.seconds} s each, in turn.`);
  console.log(
    `Load of this machine before: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")}.`,
  );
  for (const net of options.nets.split(",")) await measured(net, browser, site.origin);
} finally {
  await browser.close();
  site.close();
}
