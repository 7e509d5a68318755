/** A number of the recipe: a box for typing and a slider for dragging. */

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { Setting } from "../engine/types";
import { parse, plain } from "../format";
import { lab } from "../lab";
import { fromPosition, nudge, POSITIONS, toPosition } from "../scale";
import { text } from "../text";

/** Typing and keys settle this long before they act. */
const SETTLE_MS = 180;
const TYPING_MS = 700;

const timers = new Map<string, ReturnType<typeof setTimeout>>();
/** What is being typed or dragged: drawing the page again must not overwrite it. */
const drafts = new Map<string, string>();

function settle(key: string, ms: number, act: () => void): void {
  clearTimeout(timers.get(key));
  timers.set(key, setTimeout(act, ms));
}

/** Takes a typed or dragged number, or says why not. */
function take(setting: Setting, typed: string): void {
  clearTimeout(timers.get(setting.key));
  drafts.delete(setting.key);
  const { key, label, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = setting;
  const value = parse(typed);
  const whole = value !== null && setting.integer ? Math.round(value) : value;
  if (whole === null) lab.recipe.reject(key, typed, text.recipe.notNumber(typed));
  else if (whole < min || whole > max) lab.recipe.reject(key, typed, text.recipe.outOfRange(label, min, max));
  else lab.recipe.change(key, whole);
}

/** The real number of a setting, for typing. */
export function numberBox(setting: Setting, value: number) {
  const { key, label, min, max } = setting;
  const wrong = lab.recipe.invalid.get(key);
  const shown = drafts.get(key) ?? wrong?.value ?? plain(value);
  const onInput = (event: Event) => {
    const typed = (event.target as HTMLInputElement).value;
    drafts.set(key, typed);
    if (parse(typed) !== null) settle(key, TYPING_MS, () => take(setting, typed));
  };
  const onKey = (event: KeyboardEvent) => {
    const input = event.target as HTMLInputElement;
    if (event.key === "Enter") take(setting, input.value);
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const next = nudge(parse(input.value) ?? value, event.key === "ArrowUp", setting);
    input.value = plain(next);
    drafts.set(key, input.value);
    settle(key, SETTLE_MS, () => take(setting, input.value));
  };
  return html`<input
    class="value ${wrong ? "err" : ""}"
    type="text"
    inputmode="decimal"
    role="spinbutton"
    autocomplete="off"
    aria-label=${label}
    aria-valuenow=${value}
    aria-valuetext=${shown}
    aria-valuemin=${min ?? nothing}
    aria-valuemax=${max ?? nothing}
    aria-invalid=${wrong ? "true" : nothing}
    aria-describedby=${wrong ? `wrong-${key}` : nothing}
    .value=${live(shown)}
    @input=${onInput}
    @change=${(event: Event) => take(setting, (event.target as HTMLInputElement).value)}
    @keydown=${onKey}
  />`;
}

export function slider(setting: Setting, taken: number) {
  const { key, label } = setting;
  const value = parse(drafts.get(key) ?? "") ?? taken;
  const position = toPosition(value, setting);
  const notch = toPosition(Number(lab.recipe.usual(setting)), setting) / (POSITIONS / 100);
  const at = (event: Event) => fromPosition(Number((event.target as HTMLInputElement).value), setting);
  const show = (input: HTMLInputElement, shown: number) => {
    drafts.set(key, plain(shown));
    input.style.setProperty("--p", `${Number(input.value) / (POSITIONS / 100)}%`);
    input.setAttribute("aria-valuetext", plain(shown));
    const box = input.closest(".ctl")?.querySelector<HTMLInputElement>("input.value");
    if (box) box.value = plain(shown);
  };
  // A drag acts when it ends: one change, one mark, one entry in the link.
  const onInput = (event: Event) => show(event.target as HTMLInputElement, at(event));
  const onChange = (event: Event) => take(setting, plain(at(event)));
  // A thousandth of a slider is often no new number: keys move by what can be read.
  const onKey = (event: KeyboardEvent) => {
    const up = event.key === "ArrowRight" || event.key === "ArrowUp";
    if (!up && event.key !== "ArrowLeft" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const input = event.target as HTMLInputElement;
    const next = nudge(parse(input.getAttribute("aria-valuetext") ?? "") ?? value, up, setting);
    input.value = String(Math.round(toPosition(next, setting)));
    show(input, next);
    settle(key, SETTLE_MS, () => take(setting, plain(next)));
  };
  return html`<div class="range">
    <input
      type="range"
      min="0"
      max=${POSITIONS}
      .value=${live(String(Math.round(position)))}
      aria-label=${label}
      aria-valuetext=${plain(value)}
      style="--p:${position / (POSITIONS / 100)}%"
      @input=${onInput}
      @change=${onChange}
      @keydown=${onKey}
    />
    <i class="notch" style="left:calc(${notch}% + ${((50 - notch) * 0.14).toFixed(2)}px)"></i>
  </div>`;
}
