/** The rows of the depth strip: one mark per column, all on the strip's own x-axis. */

import { nothing, svg } from "lit";
import type { LayerView } from "../engine/types";
import { brief, compact, percent, scientific } from "../format";
import { HEALTHY } from "../run/zone";
import { text } from "../text";
import { fitting } from "./fitting";

export interface Depth {
  now: LayerView | undefined;
  start: LayerView | undefined;
  /** No verdict before the first step. */
  trained: boolean;
  /** Logits may be as large as they like. */
  logits: boolean;
}

/** Geometry shared by all rows: width of the strip and of one column. */
export interface Axis {
  width: number;
  column: number;
}

export const ACTIVATION_LIMIT = 2.5;
export const GRADIENT_DECADES: [number, number] = [-4, 2];
export const UPDATE_DECADES: [number, number] = [-5, -2];

const LABELS = 14;
const MARK = 3.4;

const middle = (i: number, { column }: Axis) => (i + 0.5) * column;

const frame = (axis: Axis, height: number, label: string, body: unknown) =>
  svg`<svg role="img" aria-label=${label} viewBox="0 0 ${axis.width} ${height}" height=${height}>${body}</svg>`;

const caption = (x: number, y: number, words: string, warn = false) =>
  svg`<text class="caption ${warn ? "warn" : ""}" x=${x} y=${y} text-anchor="middle">${words}</text>`;

const points = (list: [number, number][]) =>
  list.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");

/** A triangle on the edge: the value lies beyond the axis. */
const beyond = (x: number, edge: number, up: boolean, cls: string) =>
  svg`<path class=${cls} d="M${x - 4} ${edge}h8l-4 ${up ? -5 : 5}z"/>`;

/** Mean ± deviation as a bar, joined by a pale band: collapse and explosion are shapes. */
export function activationRow(rows: Depth[], axis: Axis) {
  const height = 50;
  const y = (value: number) => {
    const bounded = Math.max(-ACTIVATION_LIMIT, Math.min(ACTIVATION_LIMIT, value));
    return height / 2 - (bounded / ACTIVATION_LIMIT) * (height / 2 - 1);
  };
  const spread = (sign: number, pick: (row: Depth) => LayerView | undefined) =>
    rows.flatMap((row, i): [number, number][] => {
      const view = pick(row);
      return view && Number.isFinite(view.mean)
        ? [[middle(i, axis), y(view.mean + sign * view.deviation)]]
        : [];
    });
  const band = [...spread(1, ({ now }) => now), ...spread(-1, ({ now }) => now).reverse()];
  const edge = (sign: number) =>
    svg`<polyline class="start" points=${points(spread(sign, ({ start }) => start))}/>`;
  const marks = rows.map(({ now, trained, logits }, i) => {
    const x = middle(i, axis);
    if (!now || !Number.isFinite(now.mean)) return caption(x, height + LABELS - 3, "–");
    const { mean, deviation } = now;
    const out = trained && !logits && Math.abs(mean) + deviation > ACTIVATION_LIMIT;
    return svg`<line class="spread" x1=${x} x2=${x} y1=${y(mean + deviation)} y2=${y(mean - deviation)}/>
      <circle class="ring" cx=${x} cy=${y(mean)} r=${MARK}/>
      ${mean + deviation > ACTIVATION_LIMIT ? beyond(x, 5, true, "edge f") : nothing}
      ${mean - deviation < -ACTIVATION_LIMIT ? beyond(x, height - 5, false, "edge f") : nothing}
      ${caption(x, height + LABELS - 3, spreadText(now, axis.column, out), out)}`;
  });
  return frame(
    axis,
    height + LABELS,
    text.strip.activationRow,
    svg`<line class="zero" x1="0" x2=${axis.width} y1=${y(0)} y2=${y(0)}/>
      <polygon class="band-f" points=${points(band)}/>${edge(1)}${edge(-1)}${marks}`,
  );
}

/** Mean ± deviation; where the column is narrow closer, then in round numbers, then the deviation alone. */
function spreadText({ mean, deviation }: LayerView, column: number, strong: boolean): string {
  const middle = Math.abs(mean) < 0.05 ? 0 : mean;
  const [dense, short] = [compact, brief].map((say) => `${say(middle)}±${say(deviation)}`) as [
    string,
    string,
  ];
  const alone = [compact, brief].map((say) => `±${say(deviation)}`);
  return fitting(column, strong, dense.replace("±", " ± "), dense, short, ...alone);
}

/** Flat activations have no dead units, but saturated ones. */
export const saturates = (rows: Depth[]): boolean =>
  rows.some(({ now }) => now?.saturated != null) && !rows.some(({ now }) => now?.dead != null);

/** Units that answer nothing: never above 0, or `saturated` at an end of their range. */
export function deadRow(rows: Depth[], axis: Axis, saturated = false) {
  const height = 22;
  const bar = Math.min(34, axis.column - 40);
  const marks = rows.map(({ now }, i) => {
    const x = middle(i, axis);
    const share = saturated ? now?.saturated : now?.dead;
    if (share === null || share === undefined) {
      return svg`<line class="absent" x1=${x - 3} x2=${x + 3} y1=${height / 2} y2=${height / 2}/>`;
    }
    const left = x - (bar + 31) / 2;
    return svg`<rect class="trough" x=${left} y="8.5" width=${bar} height="7" rx="2"/>
      <rect class="amount" x=${left} y="8.5" width=${bar * share} height="7" rx="1.5"/>
      <text class="caption" x=${left + bar + 4} y="15.8">${percent(share, 0)}</text>`;
  });
  return frame(axis, height, saturated ? text.strip.saturatedRow : text.strip.deadRow, marks);
}

export function gradientRow(rows: Depth[], axis: Axis) {
  return logRow(rows, axis, {
    label: text.strip.gradientRow,
    pick: (view) => view.gradient,
    decades: GRADIENT_DECADES,
  });
}

export function updateRow(rows: Depth[], axis: Axis) {
  return logRow(rows, axis, {
    label: text.strip.updateRow,
    pick: (view) => view.update,
    decades: UPDATE_DECADES,
    zone: HEALTHY,
  });
}

interface LogRow {
  label: string;
  pick(view: LayerView): number | null;
  decades: [number, number];
  zone?: [number, number];
}

function logRow(rows: Depth[], axis: Axis, { label, pick, decades, zone }: LogRow) {
  const height = zone ? 44 : 36;
  const [low, high] = decades;
  const y = (value: number) => {
    const at = (Math.log10(value) - low) / (high - low);
    return 3 + (height - 6) * (1 - Math.min(1, Math.max(0, at)));
  };
  const value = (view: LayerView | undefined) => {
    const picked = view && pick(view);
    return picked !== null && picked !== undefined && Number.isFinite(picked) ? picked : undefined;
  };
  const joined = rows.flatMap(({ now }, i): [number, number][] => {
    const v = value(now);
    return v === undefined ? [] : [[middle(i, axis), y(v)]];
  });
  const marks = rows.map(({ now, start, trained }, i) => {
    const x = middle(i, axis);
    const v = value(now);
    const before = value(start);
    const dash =
      before !== undefined && before > 0
        ? svg`<line class="start b" x1=${x - 7} x2=${x + 7} y1=${y(before)} y2=${y(before)}/>`
        : nothing;
    if (v === undefined) return [dash, joined.length > 0 ? caption(x, height + LABELS - 3, "–") : nothing];
    const word = zone && trained ? verdict(v, zone) : "";
    return svg`${zone ? nothing : svg`<line class="stem" x1=${x} x2=${x} y1=${height} y2=${y(v)}/>`}
      ${dash} ${mark(x, y(v), v, decades, word !== "")}
      ${word ? svg`<text class="caption halo warn" x=${x - 9} y=${Math.min(y(v) + 3.5, height - 3)} text-anchor="end">${word}</text>` : nothing}
      ${caption(x, height + LABELS - 3, fitting(axis.column, word !== "", scientific(v), scientific(v, 0)), word !== "")}`;
  });
  const ground = zone
    ? svg`<rect class="zone" x="0" width=${axis.width} y=${y(zone[1])} height=${y(zone[0]) - y(zone[1])}/>
        ${zone.map((z) => svg`<line class="zone-edge" x1="0" x2=${axis.width} y1=${y(z)} y2=${y(z)}/>`)}
        <text class="caption zone-word" x="4" y=${(y(zone[0]) + y(zone[1])) / 2 + 3.8}>${text.strip.healthy}</text>`
    : svg`<line class="zero" x1="0" x2=${axis.width} y1=${height} y2=${height}/>`;
  return frame(
    axis,
    height + LABELS,
    label,
    svg`${ground}<polyline class="joined" points=${points(joined)}/>${marks}
      ${joined.length === 0 ? caption(axis.width / 2, height + LABELS - 3, text.strip.later) : nothing}`,
  );
}

/** Outside the healthy zone, and on which side. */
export const verdict = (value: number, [low, high]: [number, number]) =>
  value > high ? text.strip.high : value < low ? text.strip.low : "";

/** A dot; a diamond where it stands out, a triangle where it lies beyond the axis. */
export function mark(x: number, y: number, value: number, [low, high]: [number, number], warn: boolean) {
  const cls = warn ? "warn" : "b";
  if (value < 10 ** low) return beyond(x, y - 2, false, `edge ${cls}`);
  if (value > 10 ** high) return beyond(x, y + 2, true, `edge ${cls}`);
  return warn
    ? svg`<path class="diamond" d="M${x} ${y - 5.2}l5.2 5.2l-5.2 5.2l-5.2 -5.2z"/>`
    : svg`<circle class="dot" cx=${x} cy=${y} r=${MARK}/>`;
}
