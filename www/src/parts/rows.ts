/** The strip of a phone: the shared axis is turned, layers run downwards. */

import { html, nothing } from "lit";
import type { Inspection, LayerDescription, LayerView } from "../engine/types";
import { percent } from "../format";
import { lab } from "../lab";
import { text } from "../text";
import { type Column, columns, judged, MOST_COLUMNS, NARROWEST, shape, viewOf } from "./columns";
import { smallDepth } from "./depth";
import { icons } from "./icons";
import { featureTiles, PHONE_TILE, PHONE_TILES, probes } from "./maps";
import { rangeOf } from "./tile";

/** Phone: the shared axis turns, layers run downwards. */
export function phoneRows(opened: string, choose: (column: Column) => void) {
  const layers = lab.shown?.description.layers ?? [];
  const { start, inspection } = lab.shown ?? {};
  return html`<ol class="rows">
    <li class="hd">${text.strip.phoneHead.map((head) => html`<span>${head}</span>`)}</li>
    ${columns(layers, MOST_COLUMNS * NARROWEST, NARROWEST, opened).map((column) => {
      const now = viewOf(column, inspection);
      const last = column.layers.at(-1) as LayerDescription;
      return html`<li>
        <div>${rowTitle(column, now?.frozen === true, choose)}<span>${shape(last.shape)}</span></div>
        <div class="t">${rowPictures(column, now, inspection)}</div>
        ${smallDepth({ now, start: viewOf(column, start), ...judged(column, lab.shown) })}
      </li>`;
    })}
  </ol>`;
}

/** How much a column stands for. */
export const foldText = ({ repeat, layers }: Column): string =>
  repeat > 1 ? text.strip.repeat(repeat) : text.strip.fold(layers.length);

/** A folded row opens where it is tapped. */
function rowTitle(column: Column, frozen: boolean, choose: (column: Column) => void) {
  const { main, layers } = column;
  const title = html`${main.title}
    ${frozen ? html`<i class="lock" role="img" aria-label=${text.strip.frozen}>${icons.locked}</i>` : nothing}`;
  if (layers.length === 1) return html`<b>${title}</b>`;
  return html`<button class="unfold" title=${text.strip.open(layers.length)} @click=${() => choose(column)}>
    <b>${title}</b><span>${foldText(column)}</span>
  </button>`;
}

function rowPictures(column: Column, now: LayerView | undefined, inspection: Inspection | undefined) {
  if (column.main.kind === "input") return probes(PHONE_TILES - 1, PHONE_TILE);
  if (now?.maps && now.maps.height > 1)
    return featureTiles(now.maps, PHONE_TILES, PHONE_TILE, rangeOf(now.maps.data));
  const predictions = inspection?.image.predictions;
  const isAnswer = column.layers.some((layer) => layer === lab.shown?.description.layers.at(-1));
  if (!isAnswer || !predictions) return html`<span>–</span>`;
  const classes = lab.shown?.description.classes ?? [];
  const from = (lab.shown?.probe ?? 0) * classes.length;
  const shares = [...predictions.subarray(from, from + classes.length)];
  const best = shares.indexOf(Math.max(...shares));
  return html`<span>${text.strip.answers(classes[best] ?? "", percent(shares[best] ?? 0, 0))}</span>`;
}
