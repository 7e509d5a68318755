/** What stands below the head of a column: its pictures, and the range of their colours. */

import { html, nothing } from "lit";
import type { LayerView } from "../engine/types";
import { compact } from "../format";
import { lab } from "../lab";
import { text } from "../text";
import { readsColours } from "./channel";
import type { Column } from "./columns";
import { fitting } from "./fitting";
import {
  answers,
  featureTiles,
  filterTiles,
  GAPS,
  largest,
  PHONE_TILES,
  PROBES,
  probes,
  TILES,
} from "./maps";
import type { ShownFilters } from "./shown-filters";
import { rangeOf } from "./tile";

/** Beside their range. */
const LEAST_COLOURS = 14;

export interface Room {
  /** Side of a tile. */
  tile: number;
  /** Width of the column. */
  width: number;
}

/** The end of a range in the room of a column: a power of ten leaves place for one digit. */
const end = (value: number): string => compact(value, 0);

/** A range and its colours; where these would be a sliver, the range alone. */
const scale = (width: number, range: string, colours = "") =>
  html`${fitting(width - LEAST_COLOURS, false, range, "") ? html`<i class=${colours}></i>` : nothing}${range}`;

/** Whether a column ends in what the net answers. */
export const isAnswer = ({ layers }: Column): boolean =>
  layers.some((layer) => layer === lab.shown?.description.layers.at(-1));

/** The filters that a column shows in place of its maps. */
export const filtersOf = ({ layers }: Column, { layer, weights }: ShownFilters) =>
  layers.some(({ name }) => name === layer) ? weights : undefined;

export function pictures(
  column: Column,
  view: LayerView | undefined,
  filters: ShownFilters,
  { tile, width }: Room,
) {
  const { inspection } = lab.shown ?? {};
  if (column.main.kind === "input")
    return { tiles: probes(PROBES, tile), scale: html`<i class="pix"></i>0–255` };
  if (isAnswer(column) && inspection?.image.predictions)
    return { tiles: answers(inspection), scale: text.strip.answer };
  const weights = filtersOf(column, filters);
  if (weights) {
    const colours = readsColours(filters.layer);
    return {
      tiles: filterTiles(weights, TILES, tile, colours ? "rgb" : filters.channel),
      scale: html`${colours ? text.strip.rgb : html`<i></i>`}±${end(largest(weights))}`,
    };
  }
  const maps = view?.maps;
  if (!maps || maps.height * maps.width === 1) return { tiles: nothing, scale: "–" };
  const range = rangeOf(maps.data);
  const narrow = width < 2 * tile + GAPS;
  return {
    narrow,
    tiles: featureTiles(maps, narrow ? PHONE_TILES : TILES, tile, range),
    scale: maps.low >= 0 ? scale(width, `0–${end(range)}`, "half") : scale(width, `±${end(range)}`),
  };
}
