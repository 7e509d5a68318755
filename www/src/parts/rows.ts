/** The strip of a phone: the shared axis is turned, layers run downwards. */

import { html, nothing } from "lit";
import type { LayerDescription } from "../engine/types";
import { large, percent, shape } from "../format";
import { lab } from "../lab";
import { text } from "../text";
import { readsColours } from "./channel";
import type { Column } from "./columns";
import { type Depth, saturates } from "./depth";
import { figures, smallDepth } from "./depth-small";
import { featureTiles, filterTiles, PHONE_PROBE, PHONE_TILE, PHONE_TILES, probes } from "./maps";
import { filterControls } from "./strip-facts";
import { foldButton, foldText, lock, tableButton } from "./strip-head";
import { filtersOf, isAnswer } from "./strip-maps";
import type { StripState } from "./strip-state";
import { stripTable } from "./strip-table";
import { rangeOf } from "./tile";
import "./inspect/formula";

export function rows(state: StripState, list: Column[], depths: Depth[]) {
  const { strip } = text;
  const marks = [
    strip.activation,
    saturates(depths) ? strip.saturated : strip.dead,
    strip.gradient,
    strip.update,
  ];
  return html`<div class="rows-tools">${tableButton(state)} ${foldButton(state)}</div>
    ${
      state.table
        ? stripTable(list, depths)
        : html`<ol class="rows">
            <li class="hd">
              <span>${strip.layer}</span><span>${strip.maps}</span>
              <span class="marks">${marks.map((words) => html`<i>${words}</i>`)}</span>
            </li>
            ${list.map((column, i) => row(state, column, depths[i] as Depth))}
          </ol>`
    }`;
}

function row(state: StripState, column: Column, depth: Depth) {
  const { main, layers, key, inside } = column;
  const folded = layers.length > 1;
  const chosen = key === state.chosen;
  const last = layers.at(-1) as LayerDescription;
  return html`<li class="${chosen ? "chosen" : ""} ${inside ? "inside" : ""}">
    <button class="row" aria-pressed=${chosen} title=${folded ? text.strip.open(layers.length) : main.title} @click=${() => state.tap(column)}>
      <b>${main.title} ${depth.now?.frozen ? lock() : nothing}</b>
      <span>${shape(last.shape)}</span>${folded ? html`<span>${foldText(column)}</span>` : nothing}
    </button>
    <div class="t">${rowPictures(state, column, depth)}</div>
    ${smallDepth(depth)} ${chosen ? details(state, column, depth) : nothing}
  </li>`;
}

/** What there is to know about the chosen layer, below its row. */
function details(state: StripState, { main }: Column, depth: Depth) {
  const { parameters, macs, receptive } = main;
  return html`<div class="details">
    <p>${text.strip.facts(parameters, large(macs), receptive)}</p>
    <dl>${figures(depth).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
    ${main.kind === "conv" ? html`<p>${filterControls(state, main.name)}</p>` : nothing}
    <lab-formula></lab-formula>
  </div>`;
}

function rowPictures({ filters }: StripState, column: Column, { now }: Depth) {
  if (column.main.kind === "input") return probes(PHONE_TILES - 1, PHONE_PROBE);
  const weights = filtersOf(column, filters);
  if (weights) {
    const channel = readsColours(filters.layer) ? "rgb" : filters.channel;
    return filterTiles(weights, PHONE_TILES, PHONE_TILE, channel);
  }
  if (now?.maps && now.maps.height > 1)
    return featureTiles(now.maps, PHONE_TILES, PHONE_TILE, rangeOf(now.maps.data));
  const predictions = lab.shown?.inspection?.image.predictions;
  if (!isAnswer(column) || !predictions) return html`<span>–</span>`;
  const classes = lab.shown?.description.classes ?? [];
  const from = (lab.shown?.probe ?? 0) * classes.length;
  const shares = [...predictions.subarray(from, from + classes.length)];
  const best = shares.indexOf(Math.max(...shares));
  return html`<span>${text.strip.answers(classes[best] ?? "", percent(shares[best] ?? 0, 0))}</span>`;
}
