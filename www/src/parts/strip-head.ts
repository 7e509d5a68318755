/** The heads of the columns: one stop for Tab, arrows between them. */

import { html, nothing } from "lit";
import type { LayerDescription } from "../engine/types";
import { count, shape } from "../format";
import { lab } from "../lab";
import { text } from "../text";
import { type Column, viewOf } from "./columns";
import { icons, layerIcon } from "./icons";
import { marksLayer } from "./impossible";
import type { StripState } from "./strip-state";

/** How much a column stands for. */
export const foldText = ({ repeat, layers }: Column): string =>
  repeat > 1 ? text.strip.repeat(repeat) : text.strip.fold(layers.length);

/** A pointer's way back from what was opened. */
export const foldButton = (state: StripState) =>
  state.opened.length === 0
    ? nothing
    : html`<button class="link" aria-label=${text.strip.foldAgain[1]} @click=${() => state.fold()}>${text.strip.foldAgain[0]}</button>`;

export const tableButton = (state: StripState) =>
  html`<button class="link" aria-label=${text.strip.table} aria-pressed=${state.table} @click=${() => state.toggleTable()}>${text.curves.tableShort}</button>`;

export const lock = () =>
  html`<i class="lock" role="img" aria-label=${text.strip.frozen} title=${text.strip.frozen}>${icons.locked}</i>`;

export function head(state: StripState, list: Column[], i: number) {
  const column = list[i] as Column;
  const { main, layers, key, inside } = column;
  const folded = layers.length > 1;
  const last = layers.at(-1) as LayerDescription;
  const chosen = key === state.chosen;
  const tab = chosen || (i === 0 && !list.some(({ key }) => key === state.chosen));
  const broken = marksLayer(column);
  return html`<button
    class="layer ${broken ? "broken" : ""} ${inside ? "inside" : ""}"
    style="grid-column:${i + 2}"
    aria-pressed=${chosen}
    tabindex=${tab ? 0 : -1}
    title=${folded ? text.strip.open(layers.length) : chosen ? text.strip.again : main.title}
    data-column=${i}
    @click=${() => state.press(column)}
    @focus=${({ target }: Event) => (target as Element).matches(":focus-visible") && state.pass(column)}
    @keydown=${(event: KeyboardEvent) => move(event, i, list.length)}
  >
    ${layerIcon(main.kind)}
    ${viewOf(column, lab.shown?.inspection)?.frozen ? lock() : nothing}
    ${broken ? html`<i class="cross" role="img" aria-label=${text.strip.doesNotFit}>✕</i>` : nothing}
    <b>${main.title}</b><span>${shape(last.shape)}</span>
    <span>${folded ? foldText(column) : main.parameters > 0 ? count(main.parameters) : "–"}</span>
    ${i < list.length - 1 ? html`<i class="wire"></i>` : nothing}
  </button>`;
}

function move(event: KeyboardEvent, from: number, length: number): void {
  const to = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: length - 1 }[event.key];
  if (to === undefined || to < 0 || to >= length) return;
  event.preventDefault();
  const { parentElement } = event.currentTarget as HTMLElement;
  parentElement?.querySelector<HTMLElement>(`[data-column="${to}"]`)?.focus();
}
