// How smoothly the page draws while a run trains: frames a second and tasks of the main thread over 50 ms.
// CHROME=<program> node frames.mjs [SECONDS]; prints figures and judges nothing.
import { openPage, showNextTab } from "./open.mjs";

const SECONDS = Number(process.argv[2] ?? 30);
const TAB_SECONDS = 3;
const LONG_MS = 50;

const { page, close } = await openPage("v=1&backend=cpu&steps=100000");
await page.evaluate(() => {
  globalThis.seen = { frames: 0, tasks: [] };
  const count = () => {
    globalThis.seen.frames += 1;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.seen.tasks.push(duration);
  }).observe({ type: "longtask" });
  convlab.play();
});
const rows = [];
for (let turn = 0; turn * TAB_SECONDS < SECONDS; turn++) {
  await showNextTab(page, turn);
  const name = await page.getByRole("tab", { selected: true }).textContent();
  const { frames, tasks } = await page.evaluate(async (ms) => {
    globalThis.seen.frames = 0;
    globalThis.seen.tasks = [];
    const start = performance.now();
    await new Promise((later) => setTimeout(later, ms));
    return {
      frames: (1000 * globalThis.seen.frames) / (performance.now() - start),
      tasks: globalThis.seen.tasks,
    };
  }, 1000 * TAB_SECONDS);
  const long = tasks.filter((ms) => ms > LONG_MS);
  rows.push({
    tab: name,
    "frames / s": Number(frames.toFixed(1)),
    "tasks > 50 ms": long.length,
    "longest, ms": Math.round(Math.max(0, ...tasks)),
  });
}
console.table(rows);
const { step, ms } = await page.evaluate(() => ({ step: convlab.run.step, ms: convlab.run.pace.msPerStep }));
console.log(`${step} steps meanwhile, ${ms.toFixed(1)} ms a step.`);
await close();
