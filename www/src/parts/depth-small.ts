/** A phone: the axis is turned, and the marks of one layer stand in one small picture, in the rows' order. */

import { svg } from "lit";
import { compact, percent, scientific } from "../format";
import { HEALTHY } from "../run/zone";
import { text } from "../text";
import { ACTIVATION_LIMIT, type Depth, GRADIENT_DECADES, mark, UPDATE_DECADES, verdict } from "./depth";

const [WIDTH, HEIGHT, EDGE] = [96, 52, 2];
/** Where the four lines lie. */
const [ACTIVATION, DEAD, GRADIENT, UPDATE] = [7, 19, 31, 44];

const across = (share: number) => EDGE + (WIDTH - 2 * EDGE) * Math.min(1, Math.max(0, share));
const signed = (value: number) => across((value / ACTIVATION_LIMIT + 1) / 2);
const log = (value: number, [low, high]: [number, number]) =>
  across((Math.log10(value) - low) / (high - low));
const rail = (y: number) => svg`<line class="zero" x1=${EDGE} x2=${WIDTH - EDGE} y1=${y} y2=${y}/>`;
const missing = (y: number) =>
  svg`<line class="absent" x1=${WIDTH / 2 - 3} x2=${WIDTH / 2 + 3} y1=${y} y2=${y}/>`;
const known = (value: number | null): value is number => value !== null && Number.isFinite(value);

/** A mark on a turned axis: beyond its ends it is a triangle on its side. */
function turned(value: number, y: number, decades: [number, number], warn: boolean) {
  const x = log(value, decades);
  return svg`<g transform="rotate(90 ${x} ${y})">${mark(x, y, value, decades, warn)}</g>`;
}

export function smallDepth({ now, trained }: Depth) {
  if (!now) return svg`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}"></svg>`;
  const { mean, deviation, gradient, update } = now;
  const silent = now.dead ?? now.saturated;
  const label = figures({ now, trained }).map((words) => words.join(" "));
  const warn = trained && update !== null && verdict(update, HEALTHY) !== "";
  const [low, high] = HEALTHY.map((value) => log(value, UPDATE_DECADES)) as [number, number];
  return svg`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label.join(", ")}>
    ${rail(ACTIVATION)}
    <line class="spread" x1=${signed(mean - deviation)} x2=${signed(mean + deviation)} y1=${ACTIVATION} y2=${ACTIVATION}/>
    <circle class="ring" cx=${signed(mean)} cy=${ACTIVATION} r="3.2"/>
    ${
      known(silent)
        ? svg`<rect class="trough" x=${EDGE} y=${DEAD - 3} width=${WIDTH - 2 * EDGE} height="6" rx="2"/>
          <rect class="amount" x=${EDGE} y=${DEAD - 3} width=${across(silent) - EDGE} height="6" rx="1.5"/>`
        : missing(DEAD)
    }
    ${known(gradient) ? [rail(GRADIENT), turned(gradient, GRADIENT, GRADIENT_DECADES, false)] : missing(GRADIENT)}
    ${
      known(update)
        ? svg`<rect class="zone framed" x=${low} width=${high - low} y=${UPDATE - 6} height="12"/>
          ${turned(update, UPDATE, UPDATE_DECADES, warn)}`
        : missing(UPDATE)
    }
  </svg>`;
}

/** The same in words: name and value. */
export function figures({ now, trained }: Pick<Depth, "now" | "trained">): [string, string][] {
  if (!now) return [];
  const { names, healthy } = text.strip;
  const { mean, deviation, dead, saturated, gradient, update } = now;
  const word = known(update) && trained ? verdict(update, HEALTHY) || healthy : "";
  const silent = dead ?? saturated;
  const list: [string, string | undefined][] = [
    [names.activation, `${compact(mean)} ± ${compact(deviation)}`],
    [dead === null ? names.saturated : names.dead, known(silent) ? percent(silent, 0) : undefined],
    [names.gradient, known(gradient) ? scientific(gradient) : undefined],
    [names.update, known(update) ? [scientific(update), word].filter(Boolean).join(", ") : undefined],
  ];
  return list.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}
