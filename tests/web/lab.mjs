// What the tests of the page ask of it, by the names that a user hears.
import { check, until } from "./harness.mjs";

export const status = (page) => page.getByRole("status", { name: "Training status" }).textContent();
export const press = (page, name) => page.getByRole("button", { name, exact: true }).first().click();

/** Numbers of the status line. */
export async function figures(page) {
  const text = await status(page);
  const number = (word) => Number(new RegExp(`${word} ([\\d.]+)`).exec(text)?.[1] ?? Number.NaN);
  return { text, step: number("step"), loss: number("loss"), validation: number("validation") };
}

/** Waits for the engine; a page that cannot start says so. */
export const ready = (page) => until(async () => (await figures(page)).step >= 0, "the engine starts");

export const reached = (page, step) =>
  until(async () => (await figures(page)).step >= step, `step ${step}`, 120_000);

/** Training losses of the current run, every bit of them. */
export const losses = (page) => page.evaluate(() => [...document.querySelector("lab-curves").trace.loss]);

export const hash = (page) => page.evaluate(() => location.hash);

/** Fails unless two runs of losses agree to the last bit for at least `least` steps. */
export function same(a, b, least) {
  const length = Math.min(a.length, b.length);
  check(length >= least, `only ${length} steps to compare`);
  const at = a.slice(0, length).findIndex((loss, i) => !Object.is(loss, b[i]));
  check(at === -1, `the losses differ from step ${at + 1} on: ${a[at]} and ${b[at]}`);
}

/** For a page before it opens: keeps the words that are written on its canvases. */
export function writing() {
  globalThis.written = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (words, ...place) {
    globalThis.written.push(words);
    return fillText.call(this, words, ...place);
  };
}
