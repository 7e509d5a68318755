/** Where a value sits on its slider, and which value a position means. */

import type { Setting } from "./engine/types";

export const POSITIONS = 1000;

type Bounds = Pick<Setting, "min" | "max" | "slider" | "scale" | "integer">;

/** The ends of the slider. */
function ends({ min = 0, max = 1, slider = [min, max] }: Bounds) {
  return { low: slider[0], high: slider[1] };
}

/** A logarithmic slider from 0 keeps its first position for 0. */
const DECADES_TO_ZERO = 1e4;

function logEnds(bounds: Bounds) {
  const { low, high } = ends(bounds);
  return { low: low > 0 ? low : high / DECADES_TO_ZERO, high };
}

export function toPosition(value: number, bounds: Bounds): number {
  const linear = ends(bounds);
  if (bounds.scale !== "log") return clamp((value - linear.low) / (linear.high - linear.low)) * POSITIONS;
  if (value <= 0) return 0;
  const { low, high } = logEnds(bounds);
  return clamp(Math.log(value / low) / Math.log(high / low)) * POSITIONS;
}

export function fromPosition(position: number, bounds: Bounds): number {
  const share = position / POSITIONS;
  const { low: first, high: last } = ends(bounds);
  if (bounds.scale !== "log") return tidy(first + share * (last - first), bounds, (last - first) / 100);
  if (first <= 0 && position === 0) return 0;
  const { low, high } = logEnds(bounds);
  return tidy(low * (high / low) ** share, bounds);
}

/** One step up or down from a value: a hundredth of a linear range, a tenth of the value on a logarithmic one. */
export function nudge(value: number, up: boolean, bounds: Bounds): number {
  const { min = 0, max = 1 } = bounds;
  const by = bounds.scale === "log" ? value * 0.1 || logEnds(bounds).low : (max - min) / 100;
  const size = bounds.integer ? Math.max(1, by) : by;
  return Math.min(max, Math.max(min, tidy(value + (up ? size : -size), bounds, by)));
}

function tidy(value: number, bounds: Bounds, step?: number): number {
  if (bounds.integer) return Math.round(value < 100 ? value : Number(value.toPrecision(2)));
  if (step === undefined) return Number(value.toPrecision(2));
  return Number((Math.round(value / step) * step).toPrecision(4));
}

const clamp = (share: number) => Math.min(1, Math.max(0, share));
