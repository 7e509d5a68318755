/** The pictures of the strip: feature maps, filters, probe images and the answer. */

import { html, nothing } from "lit";
import type { Inspection, LayerView } from "../engine/types";
import { percent } from "../format";
import { lab } from "../lab";
import { text } from "../text";
import { type Picture, tileSize } from "./tile";

export const TILES = 8;
/** Columns of the strip before the network is known. */
export const GHOSTS = 10;
export const PHONE_TILES = 4;
export const PROBES = 4;
/** Size of a tile in the strip: whole pixels of images up to 28, or up to 32. */
export const TILE = 28;
export const LARGER_TILE = 32;
/** Between and beside two tiles. */
export const GAPS = 4;
export const PHONE_TILE = 42;
/** Four probe images of any size stand side by side. */
export const PHONE_PROBE = 36;

/** Empty tiles in their final places. */
export function ghosts() {
  const tile = html`<lab-tile class="ghost" style="--size:${TILE}px"></lab-tile>`;
  return html`<div class="layer ghost-head" style="grid-column:1" aria-hidden="true"></div>
    ${Array.from(
      { length: GHOSTS },
      (_, i) =>
        html`<div class="maps" style="grid-column:${i + 2}">${Array.from({ length: TILES }, () => tile)}</div>`,
    )}`;
}

export function featureTiles(maps: NonNullable<LayerView["maps"]>, most: number, fit: number, range: number) {
  const { channels, height, width, data } = maps;
  const size = tileSize(width, fit);
  return Array.from({ length: Math.min(channels, most) }, (_, channel) => {
    const picture = { data, offset: channel * height * width, height, width, scale: "div" as const, range };
    return html`<lab-tile aria-hidden="true" style="--size:${size}px" .picture=${picture}></lab-tile>`;
  });
}

type Filters = NonNullable<LayerView["filters"]>;

export const largest = ({ low, high }: Filters): number => Math.max(Math.abs(low), Math.abs(high)) || 1;

/** A filter as it weighs one channel of its input, or as the colours that it looks for; grey weighs nothing. */
export function filterPicture(
  { shape, data }: Filters,
  filter: number,
  channel: number | "rgb",
  range: number,
): Picture {
  const [, channels, height, width] = shape;
  const offset = filter * channels * height * width;
  if (channel !== "rgb")
    return { data, offset: offset + channel * height * width, height, width, scale: "div", range };
  const pixels = data
    .subarray(offset, offset + channels * height * width)
    .map((w) => 127.5 * (1 + w / range));
  return { data: Uint8ClampedArray.from(pixels), offset: 0, height, width, scale: "rgb", range: 255 };
}

/** The first filters of a convolution. */
export function filterTiles(filters: Filters, most: number, fit: number, channel: number | "rgb") {
  const [count, , , width] = filters.shape;
  const size = tileSize(width, fit);
  return Array.from({ length: Math.min(count, most) }, (_, filter) => {
    const picture = filterPicture(filters, filter, channel, largest(filters));
    return html`<lab-tile aria-hidden="true" style="--size:${size}px" .picture=${picture}></lab-tile>`;
  });
}

/** The chosen probe image large, others small. */
export function probes(small: number, fit: number) {
  const batch = lab.shown?.inspection?.image;
  if (!batch) return nothing;
  const [channels, height, width] = batch.shape;
  const plane = channels * height * width;
  const size = tileSize(width, fit);
  const scale = channels === 3 ? ("rgb" as const) : ("pix" as const);
  const chosen = lab.shown?.probe ?? 0;
  const others = [...batch.labels.keys()].filter((i) => i !== chosen).slice(0, small);
  return [chosen, ...others].map((i) => {
    const picture = { data: batch.images, offset: i * plane, height, width, scale, range: 255 };
    const name = lab.shown?.description.classes[batch.labels[i] ?? 0] ?? "";
    if (i === chosen) {
      return html`<lab-tile class="big" role="img" aria-label=${text.strip.image(name)} style="--size:${2 * size + 3}px" .picture=${picture}></lab-tile>`;
    }
    return html`<button class="probe" aria-label=${text.strip.choose(i + 1, name)} title=${text.strip.choose(i + 1, name)} @click=${() => lab.run?.choose(i)}>
      <lab-tile aria-hidden="true" style="--size:${size}px" .picture=${picture}></lab-tile>
    </button>`;
  });
}

/** What the net answers for the chosen image. */
export function answers(inspection: Inspection) {
  const classes = lab.shown?.description.classes ?? [];
  const from = (lab.shown?.probe ?? 0) * classes.length;
  const shares = [...(inspection.image.predictions ?? [])].slice(from, from + classes.length);
  const best = shares.indexOf(Math.max(...shares));
  return html`<div class="cls">
    ${classes.map((name, i) => {
      const share = shares[i] ?? 0;
      return html`<div class=${i === best ? "top1" : ""} style="--v:${share.toFixed(3)}" title="${name}: ${percent(share)}">${name}</div>`;
    })}
  </div>`;
}

export function probeName(): string {
  const batch = lab.shown?.inspection?.image;
  const name = lab.shown?.description.classes[batch?.labels[lab.shown?.probe ?? 0] ?? 0];
  return name === undefined || !batch ? "" : text.strip.image(name);
}
