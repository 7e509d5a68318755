// Tests of the page in a real browser.
//
//   import { test } from "./harness.mjs";
//   test("Play trains", async ({ page, open }) => {
//     await open("v=1&lr=0.01");
//     …
//   });
//
// A test gets a fresh profile. It fails by throwing, after SECONDS, when the page throws or logs an error
// that it did not announce by `expectError(/…/)`, and when anything is asked of an origin that is not ours.
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { serveFolders, servePages } from "./server.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const { chromium } = createRequire(resolve(root, "www/package.json"))("playwright-core");

const SECONDS = 180;

const FLAGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What a browser may offer: an adapter in software, none, or (off https and localhost) no `navigator.gpu` at all. */
const WEBGPU = {
  software: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
  "no adapter": ["--use-webgpu-adapter=none"],
  "no api": ["--host-resolver-rules=MAP *.test 127.0.0.1"],
};

const tests = [];

/**
 * Registers a test. `options.webgpu` is a word of WEBGPU, "software" unless given; `options.seconds` is its limit.
 * The body gets { page, context, browser, origin, open, elsewhere, expectError, requests }.
 */
export function test(name, options, body = options) {
  tests.push({ name, webgpu: options.webgpu ?? "software", seconds: options.seconds ?? SECONDS, body });
}

/** Fails with `message` unless `holds`. */
export function check(holds, message) {
  if (!holds) throw new Error(message);
}

/** Asks `read` until it gives something true, and returns that. */
export async function until(read, what, timeout = 60_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const got = await read();
    if (got) return got;
    if (Date.now() > end) throw new Error(`${what}: not within ${timeout / 1000} s`);
    await new Promise((later) => setTimeout(later, 50));
  }
}

/** Runs every registered test whose name has one of `words`; resolves to the number that failed. */
export async function runAll(words) {
  const chosen = tests.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const site = await serveFolders({
    "/": resolve(root, "www/dist"),
    "/golden/cases/": resolve(root, "tests/golden"),
    // The engine with its golden cases, where it was built.
    ...(process.env.CONVLAB_GOLDEN && { "/golden/engine/": process.env.CONVLAB_GOLDEN }),
  });
  const course = await servePages();
  const browsers = new Map();
  let failed = 0;
  for (const one of chosen) {
    const start = Date.now();
    const problem = await run(one, browsers, site, course).catch((error) => error);
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    console.log(`${problem ? "FAILED" : "ok"}  ${one.name} (${seconds} s)`);
    if (problem) {
      failed += 1;
      console.log(String(problem.stack ?? problem).replace(/^/gm, "    "));
    }
  }
  await Promise.all([...browsers.values()].map((browser) => browser.close()));
  site.close();
  course.close();
  console.log(`${chosen.length - failed} passed, ${failed} failed`);
  return failed;
}

async function run({ webgpu, seconds, body }, browsers, site, course) {
  if (!browsers.get(webgpu)?.isConnected()) browsers.set(webgpu, await launch(webgpu));
  const browser = browsers.get(webgpu);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const expected = [];
  const errors = [];
  const foreign = [];
  const requests = [];
  const named = (url, host) => (webgpu === "no api" ? url.replace("127.0.0.1", host) : url);
  const origin = named(site.origin, "convlab.test");
  const theirs = named(course.origin, "course.test");
  const ours = (url) => [origin, theirs].some((known) => url.startsWith(`${known}/`));
  context.on("request", (request) => {
    const url = request.url();
    requests.push(url);
    if (/^(https?|wss?):/.test(url) && !ours(url)) foreign.push(url);
  });
  context.on("weberror", (error) => errors.push(error.error().message));
  context.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  try {
    const page = await context.newPage();
    const open = async (hash = "", path = "/") => {
      await page.goto(`${origin}${path}${hash && `#${hash}`}`);
      return page;
    };
    const expectError = (pattern) => expected.push(pattern);
    const elsewhere = (html) => named(course.add(html), "course.test");
    await within(seconds, body({ page, context, browser, origin, open, elsewhere, expectError, requests }));
    const surprising = errors.filter((error) => !expected.some((pattern) => pattern.test(error)));
    check(surprising.length === 0, `The page reported: ${surprising.join("; ")}`);
    check(foreign.length === 0, `The page asked another origin: ${foreign.join(", ")}`);
  } finally {
    await context.close();
  }
}

/** A browser that has `webgpu`, a word of WEBGPU. */
export function launch(webgpu) {
  return chromium.launch({ executablePath: process.env.CHROME, args: [...FLAGS, ...WEBGPU[webgpu]] });
}

/** Rejects when `work` takes longer. */
async function within(seconds, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
