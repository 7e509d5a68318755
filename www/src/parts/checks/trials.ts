/** Trials of a search in words: what they differ in, how they ended. */

import { html } from "lit";
import type { SearchRow } from "../../engine/procedures";
import { percent } from "../../format";
import { lab } from "../../lab";
import type { Patch } from "../../lab/recipe";
import { text } from "../../text";
import { table } from "../table";

/** `Learning rate 0.01, Dropout p 0.3`. */
function where({ values }: SearchRow): string {
  const named = values.map(([key, word]) => {
    const setting = lab.recipe.setting(key);
    return setting ? `${setting.label} ${text.word(setting, word)}` : `${key} ${word}`;
  });
  return named.join(", ");
}

/** Its accuracy, or why it has none. */
export const said = ({ validation, end }: SearchRow): string =>
  validation ? percent(validation.accuracy, 0) : text.search.ends[end];

/** The name of whatever opens it. */
export const opensTrial = (row: SearchRow): string =>
  text.checks.opens(text.search.trial(where(row), said(row)));

/** What words of the engine change in the experiment. */
export function patchOf(words: [string, string][]): Patch {
  const patch = words.map(([key, word]) => [
    key,
    lab.recipe.setting(key)?.kind === "number" ? Number(word) : word,
  ]);
  return Object.fromEntries(patch);
}

/** All of them, the best first; each opens as an experiment. */
export function trialTable(rows: SearchRow[], best: number | undefined, open: (row: SearchRow) => void) {
  const score = ({ trial, validation }: SearchRow) => (trial === best ? 2 : (validation?.accuracy ?? -1));
  const cells = rows
    .toSorted((a, b) => score(b) - score(a))
    .map((row) => [
      where(row),
      row.validation ? percent(row.validation.accuracy) : "–",
      text.search.ends[row.end],
      html`<button class="link" aria-label=${opensTrial(row)} @click=${() => open(row)}>${text.checks.open}</button>`,
    ]);
  const cls = `scroll numbers trials ${best === undefined ? "" : "ended"}`;
  return table(text.search.table, text.search.heads, cells, { cls });
}
