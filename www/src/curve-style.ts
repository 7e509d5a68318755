/** How curves are drawn, as a reader likes them: kept in the browser. */

import { store, stored } from "./prefs";
import { NEWEST } from "./trace";

/** A dot of a dotted line: drawn round, whatever its length. */
export const DOT = 0.1;

/** The split is the dash, never the colour. */
export const DASHES = { train: [], clean: [DOT, 4], validation: [6, 4] };

export interface CurveStyle {
  /** Loss on a logarithmic axis. */
  log: boolean;
  /** Share of the value before in the smoothed training curve. */
  smoothing: number;
  /** Factors of line widths and of dashes. */
  weight: number;
  dash: number;
}

export const WEIGHTS = [0.7, 1, 1.6, 2.4];
export const LENGTHS = [0.6, 1, 1.7, 2.5];
export const MOST_SMOOTHING = 0.99;

const number = (key: string, usual: number, fits: (value: number) => boolean) => {
  const value = Number(stored(key) ?? Number.NaN);
  return fits(value) ? value : usual;
};

export const curveStyle: CurveStyle = {
  log: stored("log") === "true",
  smoothing: number("smoothing", 1 - NEWEST, (value) => value >= 0 && value <= MOST_SMOOTHING),
  weight: number("weight", 1, (value) => WEIGHTS.includes(value)),
  dash: number("dash", 1, (value) => LENGTHS.includes(value)),
};

export function setStyle(change: Partial<CurveStyle>): void {
  Object.assign(curveStyle, change);
  for (const [key, value] of Object.entries(change)) store(key, String(value));
}
