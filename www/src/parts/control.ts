/** One control of the recipe: a number box with a slider, or a native select. */

import { html, nothing } from "lit";
import type { Setting, Value } from "../engine/types";
import { parse } from "../format";
import { lab } from "../lab";
import { misfit } from "../lab/misfit";
import { text } from "../text";
import { icons } from "./icons";
import { numberBox, slider } from "./number";
import { ownWords, select } from "./select";
import { wordLine } from "./words";

export function control(setting: Setting) {
  const { key, label } = setting;
  const value = lab.recipe.value(key);
  const waits = lab.recipe.pending.has(key);
  const since = lab.recipe.liveSince(key);
  const changed = waits || lab.recipe.invalid.has(key) || String(value) !== String(lab.recipe.usual(setting));
  const state = waits ? "restart" : since !== undefined ? "live" : "";
  const back = waits ? text.recipe.takeBack(label) : text.recipe.undo(label);
  const undo = html`<button
    class="undo"
    aria-label=${back}
    title=${back}
    @click=${() => lab.recipe.undo(key)}
  >
    ${icons.undo}
  </button>`;
  const mark = state === "live" ? html`<span class="mark">${text.recipe.live(since ?? 0)}</span>` : nothing;
  const body =
    setting.kind === "choice"
      ? html`<label for="c-${key}">${label}</label>${select(setting, value)}${undo}`
      : setting.kind === "list"
        ? html`<label for="c-${key}">${label}</label>${wordLine(setting, String(value), { label, empty: "all", id: `c-${key}` })}${undo}`
        : html`<span class="name">${label}${mark}</span>${numberBox(setting, Number(value))}${undo}
          ${slides(setting) ? slider(setting, Number(value)) : html`<i class="range"></i>`}${endsButton(setting)}`;
  const kind = setting.kind === "choice" ? "sel" : "";
  return html`<div class="ctl ${kind} ${changed ? "changed" : ""} ${state}" data-key=${key}>
    ${body} ${ownWords(setting, value)} ${help(setting, value)} ${ends(setting)}
  </div>`;
}

/** A seed has more values than a slider can tell apart, and none is near another. */
const slides = ({ max = 0 }: Setting) => max < 2 ** 32 - 1;

/** Settings whose ends are being explained. */
const explained = new Set<string>();

/** Asks what one sees where a number is too low or too high. */
function endsButton({ key, label, low, high }: Setting) {
  if (!low && !high) return nothing;
  const toggle = () => {
    if (!explained.delete(key)) explained.add(key);
    lab.changed("recipe");
  };
  return html`<button class="more" aria-expanded=${explained.has(key)} aria-label=${text.recipe.ends(label)} title=${text.recipe.ends(label)} @click=${toggle}>?</button>`;
}

function ends({ key, low, high, source }: Setting) {
  if (!explained.has(key)) return nothing;
  return html`<dl class="ends">
    <dt>${text.recipe.low}</dt><dd>${low}</dd>
    <dt>${text.recipe.high}</dt><dd>${high}</dd>
    ${source ? html`<dt>${text.recipe.read}</dt><dd><a href=${source.url} target="_blank" rel="noopener">${source.title}</a></dd>` : nothing}
  </dl>`;
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
  // The strip says it at the layer; beside that a word is enough.
  const placed = misfit(lab.recipe)?.message === wrong.message;
  const why = html`<b>✕ ${text.strip.doesNotFit}</b> <span class="placed">${wrong.message}</span>`;
  return html`<p class="wrong" id="wrong-${setting.key}">
    ${placed ? why : wrong.message}
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
