// How smoothly the page draws while a run trains: frames a second and tasks of the main thread over 50 ms,
// tab by tab. CHROME=<program> node frames.mjs [SECONDS]; prints figures and judges nothing.
//
// A task is counted by the processor time of its thread beside its wall time: under other work only the first
// says something about the page.
import { openPage, showNextTab } from "./open.mjs";

const SECONDS = Number(process.argv[2] ?? 30);
const TAB_SECONDS = 3;
const LONG_MS = 50;
const MAIN_THREAD = "CrRendererMain";

const { browser, page, close } = await openPage("v=1&backend=cpu&steps=100000");
await page.evaluate(() => convlab.play());

/** Durations of the tasks of the page's main thread, wall and processor, in ms. */
function tasksOf(trace) {
  const { traceEvents: events } = JSON.parse(trace.toString());
  const mains = events.filter(({ name, args }) => name === "thread_name" && args.name === MAIN_THREAD);
  const of = ({ pid, tid }) =>
    events.filter(
      (event) => event.pid === pid && event.tid === tid && event.ph === "X" && /RunTask$/.test(event.name),
    );
  const [tasks = []] = mains.map(of).sort((a, b) => b.length - a.length);
  return tasks.map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, processor: tdur / 1000 }));
}

const rows = [];
for (let turn = 0; turn * TAB_SECONDS < SECONDS; turn++) {
  await showNextTab(page, turn);
  const tab = await page.getByRole("tab", { selected: true }).textContent();
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
  const frames = await page.evaluate(async (ms) => {
    let count = 0;
    let counting = true;
    const next = () => {
      count += 1;
      if (counting) requestAnimationFrame(next);
    };
    const start = performance.now();
    requestAnimationFrame(next);
    await new Promise((later) => setTimeout(later, ms));
    counting = false;
    return (1000 * count) / (performance.now() - start);
  }, 1000 * TAB_SECONDS);
  const tasks = tasksOf(await browser.stopTracing());
  const longest = (kind) => Math.round(Math.max(0, ...tasks.map((task) => task[kind])));
  rows.push({
    tab,
    "frames / s": Number(frames.toFixed(1)),
    "tasks > 50 ms": tasks.filter(({ processor }) => processor > LONG_MS).length,
    "longest, ms": longest("processor"),
    "with waiting, ms": longest("wall"),
    "busy, %": Math.round(tasks.reduce((sum, { processor }) => sum + processor, 0) / (10 * TAB_SECONDS)),
  });
}
console.table(rows);
const { step, ms } = await page.evaluate(() => ({ step: convlab.run.step, ms: convlab.run.pace.msPerStep }));
console.log(`${step} steps meanwhile, ${ms.toFixed(1)} ms a step.`);
await close();
