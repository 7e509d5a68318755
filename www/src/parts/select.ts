/** A choice of the recipe: a native select, in groups where the list is long. */

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { Setting, Value } from "../engine/types";
import { lab } from "../lab";
import type { Run } from "../run";
import { text } from "../text";
import { wordLine } from "./words";

type Choice = NonNullable<Setting["choices"]>[number];

/** Opens the line for layers of one's own; no word of a link begins like that. */
const OWN = "…";

/** Choices whose own words are about to be written, and for which run. */
const writing = new Map<string, Run | undefined>();

/** The listed words, and one that a link brought. */
function options({ key, choices = [] }: Setting, value: string): Choice[] {
  const fitting = key === "side" ? choices.filter(fitsData) : choices;
  if (choices.some((choice) => choice.value === value)) return fitting;
  return [{ value, label: value, help: "" }, ...fitting];
}

/** Each data set has its own sizes: the one in use, its half and its double. */
function fitsData({ value }: { value: string }): boolean {
  const side = Number(lab.recipe.value("side"));
  return [side / 2, side, side * 2].includes(Number(value));
}

export function select(setting: Setting, value: Value) {
  const { key, label, free } = setting;
  const chosen = String(value);
  const onChange = (event: Event) => {
    const { value: word } = event.target as HTMLSelectElement;
    if (word === OWN) writing.set(key, lab.run);
    else writing.delete(key);
    if (word === OWN) lab.changed("recipe");
    else lab.recipe.change(key, word);
  };
  return html`<select id="c-${key}" aria-label=${label} .value=${live(chosen)} @change=${onChange}>
    ${inGroups(options(setting, chosen), chosen)}
    ${free ? html`<option value=${OWN}>${text.recipe.ownLayers}</option>` : nothing}
  </select>`;
}

function inGroups(choices: Choice[], chosen: string) {
  const option = ({ value, label }: Choice) =>
    html`<option value=${value} ?selected=${value === chosen}>${label}</option>`;
  const groups = [...new Set(choices.map(({ group }) => group))];
  return groups.map((group) => {
    const members = choices.filter((choice) => choice.group === group).map(option);
    return group ? html`<optgroup label=${group}>${members}</optgroup>` : members;
  });
}

/** Where a choice takes words of one's own, the line to write them in. */
export function ownWords(setting: Setting, value: Value) {
  const { key, free, choices = [] } = setting;
  const wrong = lab.recipe.invalid.get(key);
  const listed = choices.some((choice) => choice.value === String(value));
  // From then on they keep the line open themselves: it goes with them.
  if (!listed || wrong || writing.get(key) !== lab.run) writing.delete(key);
  if (!free || (listed && !wrong && !writing.has(key))) return nothing;
  const { layers, layersExample, layersHelp } = text.recipe;
  const hint = `hint-${key}`;
  return html`${wordLine(setting, String(value), { label: layers, example: layersExample, hint })}
    <p class="hint" id=${hint}>${layersHelp(layersExample)}</p>`;
}
