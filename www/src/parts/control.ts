/** One control of the recipe: a number box with a slider, or a native select. */

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { Setting, Value } from "../engine/types";
import { parse, plain } from "../format";
import { lab } from "../lab";
import { fromPosition, nudge, POSITIONS, toPosition } from "../scale";
import { text } from "../text";
import { icons } from "./icons";

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

function slider(setting: Setting, taken: number) {
  const { key, label } = setting;
  const value = parse(drafts.get(key) ?? "") ?? taken;
  const position = toPosition(value, setting);
  const notch = toPosition(Number(setting.default), setting) / (POSITIONS / 100);
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

/** The listed words, and one that a link brought. */
function options({ key, choices = [] }: Setting, value: string) {
  const fitting = key === "side" ? choices.filter(fitsData) : choices;
  if (choices.some((choice) => choice.value === value)) return fitting;
  return [{ value, label: value }, ...fitting];
}

/** Each data set has its own sizes: the one in use, its half and its double. */
function fitsData({ value }: { value: string }): boolean {
  const side = Number(lab.recipe.value("side"));
  return [side / 2, side, side * 2].includes(Number(value));
}

function select(setting: Setting, value: Value) {
  return html`<select
    id="c-${setting.key}"
    aria-label=${setting.label}
    .value=${live(String(value))}
    @change=${(event: Event) => lab.recipe.change(setting.key, (event.target as HTMLSelectElement).value)}
  >
    ${options(setting, String(value)).map(
      (choice) =>
        html`<option value=${choice.value} ?selected=${choice.value === String(value)}>${choice.label}</option>`,
    )}
  </select>`;
}

/** Whole numbers joined by "-", or "all". */
function list({ key, label }: Setting, value: string) {
  return html`<input
    id="c-${key}"
    class="value ${lab.recipe.invalid.has(key) ? "err" : ""}"
    type="text"
    autocomplete="off"
    aria-label=${label}
    aria-invalid=${lab.recipe.invalid.has(key) ? "true" : nothing}
    aria-describedby=${lab.recipe.invalid.has(key) ? `wrong-${key}` : nothing}
    .value=${live(lab.recipe.invalid.get(key)?.value ?? value)}
    @change=${(event: Event) => lab.recipe.change(key, (event.target as HTMLInputElement).value.trim() || "all")}
  />`;
}

export function control(setting: Setting) {
  const { key, label } = setting;
  const value = lab.recipe.value(key);
  const waits = lab.recipe.pending.has(key);
  const since = lab.recipe.liveSince(key);
  const changed = waits || lab.recipe.invalid.has(key) || String(value) !== String(lab.recipe.usual(setting));
  const state = waits ? "restart" : since !== undefined ? "live" : "";
  const undo = html`<button
    class="undo"
    aria-label=${text.recipe.undo(label)}
    title=${text.recipe.undo(label)}
    @click=${() => lab.recipe.undo(key)}
  >
    ${icons.undo}
  </button>`;
  const mark = state === "live" ? html`<span class="mark">${text.recipe.live(since ?? 0)}</span>` : nothing;
  const body =
    setting.kind === "choice"
      ? html`<label for="c-${key}">${label}</label>${select(setting, value)}${undo}`
      : setting.kind === "list"
        ? html`<label for="c-${key}">${label}</label>${list(setting, String(value))}${undo}`
        : html`<span class="name">${label}${mark}</span>${numberBox(setting, Number(value))}${undo}
          ${slider(setting, Number(value))}`;
  const kind = setting.kind === "choice" ? "sel" : "";
  return html`<div class="ctl ${kind} ${changed ? "changed" : ""} ${state}" data-key=${key}>
    ${body} ${help(setting, value)}
  </div>`;
}

/** The nearest valid values: the end of the range, or those that the sentence names. */
function nearest({ min = -Infinity, max = Infinity }: Setting, wrong: { value: string; message: string }) {
  const typed = parse(wrong.value);
  if (typed === null) return [];
  const bounded = Math.min(max, Math.max(min, typed));
  if (bounded !== typed) return [bounded];
  const named = /Nearest that can: ([\d., or]+)/.exec(wrong.message)?.[1] ?? "";
  return [...named.matchAll(/\d+(?:\.\d+)?/g)].map(([value]) => Number(value));
}

/** Why what was typed cannot be used, and what can. */
export function wrongLine(setting: Setting) {
  const wrong = lab.recipe.invalid.get(setting.key);
  if (!wrong) return nothing;
  return html`<p class="wrong" id="wrong-${setting.key}">
    ${wrong.message}
    ${nearest(setting, wrong).map(
      (value) =>
        html`<button class="link" @click=${() => lab.recipe.change(setting.key, value)}>${text.recipe.use(value)}</button> `,
    )}
  </p>`;
}

/** What waits, what is wrong, else what the setting does: one line. */
function help(setting: Setting, value: Value) {
  const { key } = setting;
  if (lab.recipe.invalid.has(key)) return wrongLine(setting);
  if (lab.recipe.pending.has(key)) {
    const now = text.word(setting, lab.run?.values[key] ?? setting.default);
    return html`<p><span class="mark">● ${text.recipe.waits}</span> ${text.recipe.thisRun(now)}</p>`;
  }
  const chosen = setting.choices?.find((choice) => choice.value === String(value))?.help;
  const { source } = setting;
  const words = chosen || setting.help;
  return html`<p title=${setting.help}>${
    source
      ? html`<a class="source" href=${source.url} target="_blank" rel="noopener" title=${text.recipe.source(setting.label, source.title)} aria-label="${words} ${text.recipe.source(setting.label, source.title)}">${words}</a>`
      : words
  }</p>`;
}
