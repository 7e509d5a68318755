/** The strip on a wide screen: layers are columns, maps above, depth rows below, on one x-axis. */

import { html, nothing } from "lit";
import { fixed, power } from "../format";
import { text } from "../text";
import type { Column } from "./columns";
import {
  ACTIVATION_LIMIT,
  activationRow,
  type Depth,
  deadRow,
  GRADIENT_DECADES,
  gradientRow,
  saturates,
  UPDATE_DECADES,
  updateRow,
} from "./depth";
import { probeName } from "./maps";
import { foldButton, head, tableButton } from "./strip-head";
import { pictures } from "./strip-maps";
import type { StripState } from "./strip-state";
import { stripSummary, stripTable } from "./strip-table";

const decades = ([low, high]: [number, number]) => `${power(low)} to ${power(high)}`;

function row(index: number, cls: string, name: string, title: string, notes: string[], body: unknown) {
  return html`
    <div class="rule" style="grid-row:${index}"></div>
    <div class="gut depth-gut ${cls}" data-row=${name} style="grid-row:${index}">
      <b>${title}</b>${notes.map((note) => html`<span>${note}</span>`)}
    </div>
    <div class="depth" style="grid-row:${index}">${body}</div>
  `;
}

export function grid(state: StripState, list: Column[], depths: Depth[], width: number, tile: number) {
  const axis = { width, column: width / list.length };
  const chosen = list.findIndex(({ key }) => key === state.chosen);
  const flat = saturates(depths);
  const { strip } = text;
  return html`
    ${chosen >= 0 ? html`<div class="column-band" style="grid-column:${chosen + 2}"></div>` : nothing}
    <div class="gut head-gut" style="grid-row:1">
      <p>${tableButton(state)} ${foldButton(state)}</p>
      <span>${strip.shape}</span><span>${strip.weights}</span>
    </div>
    <div class="gut wraps" style="grid-row:2">
      <b>${strip.maps}</b><span>${strip.mapsOf}</span><span>${probeName()}</span>
    </div>
    <div class="gut" style="grid-row:3;align-self:center">${strip.colours}</div>
    <p class="visually-hidden">${stripSummary(list, depths)}</p>
    ${state.table ? stripTable(list, depths) : nothing}
    ${list.map((_, i) => head(state, list, i))}
    ${list.map((column, i) => {
      const place = `grid-column:${i + 2}`;
      const shown = pictures(column, depths[i]?.now, state.filters, { tile, width: axis.column });
      return html`<div class="maps ${shown.narrow ? "single" : ""}" style=${place}>${shown.tiles}</div>
        <div class="scale" style=${place}>${shown.scale}</div>`;
    })}
    ${row(4, "f", "activation", strip.activation, [...strip.activationNotes(fixed(ACTIVATION_LIMIT, 1)), strip.step0], activationRow(depths, axis))}
    ${row(5, "f", "dead", flat ? strip.saturated : strip.dead, [flat ? strip.saturatedNote : strip.deadNote], deadRow(depths, axis, flat))}
    ${row(6, "b", "gradient", strip.gradient, [...strip.gradientNotes(decades(GRADIENT_DECADES)), strip.step0], gradientRow(depths, axis))}
    ${row(7, "b", "update", strip.update, strip.updateNotes(decades(UPDATE_DECADES)), updateRow(depths, axis))}
  `;
}
