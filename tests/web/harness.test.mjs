// The three kinds of browser that the other tests ask for are what they say.
import { check, test } from "./harness.mjs";

const adapter = async () => navigator.gpu && (await navigator.gpu.requestAdapter());

test("a browser with WebGPU in software", async ({ open }) => {
  const page = await open();
  check(await page.evaluate(`(${adapter})().then(Boolean)`), "there is no adapter");
});

test("a browser without an adapter", { webgpu: "no adapter" }, async ({ open }) => {
  const page = await open();
  check((await page.evaluate(adapter)) === null, "there is an adapter");
});

test("a browser without navigator.gpu", { webgpu: "no api" }, async ({ open }) => {
  const page = await open();
  check((await page.evaluate(() => typeof navigator.gpu)) === "undefined", "navigator.gpu exists");
});
