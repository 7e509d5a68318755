/** A network that cannot be, marked where it breaks. */

import { html, nothing } from "lit";
import type { LayerDescription } from "../engine/types";
import { lab } from "../lab";
import { misfit } from "../lab/misfit";
import type { Column } from "./columns";

/** The layers as they were written, the impossible one crossed, and why. */
export function impossible() {
  const found = misfit(lab.recipe);
  if (!found) return nothing;
  const { key, value, number, word, message } = found;
  const words = key === "net" ? value.split("-") : [word];
  // Repeated layers are one word here and several there.
  const here = words.length >= number && words[number - 1] === word ? number - 1 : words.indexOf(word);
  // The name of a network says nothing of its layers.
  const at = here < 0 ? words.push(word) - 1 : here;
  return html`<p class="impossible" role="note">
    <span>${words.map((layer, i) => html`<code class=${i === at ? "bad" : ""}>${i === at ? `✕ ${layer}` : layer}</code>`)}</span>
    ${message}
  </p>`;
}

/** Whether a column is the layer that does not fit what was asked for, while the network that is there stays. */
export function marksLayer({ layers }: Column): boolean {
  const found = misfit(lab.recipe);
  if (found?.key !== "groups") return false;
  const first = lab.run?.description.layers.find((layer) => fits(layer, found.word));
  return first !== undefined && layers.includes(first);
}

const fits = ({ kind, shape }: LayerDescription, word: string) =>
  kind === (word.startsWith("res") ? "residual" : "conv") && word.includes(String(shape[0]));
