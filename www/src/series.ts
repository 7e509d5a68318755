/** Turns traces into the columns a chart draws. */

import type { Point, Trace } from "./trace";

export type Measure = "loss" | "accuracy";

/** More points than this cannot be told apart. */
const POINTS = 700;

export type Column = (number | null)[];

export interface Columns {
  steps: number[];
  raw: Column;
  train: Column;
  clean: Column;
  validation: Column;
  older: { train: Column; validation: Column }[];
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** `share` is that of the newest step in the smoothed training curve. */
export function columnsOf(current: Trace, older: Trace[], measure: Measure, share: number): Columns {
  const all = [current, ...older];
  const longest = Math.max(1, ...all.map(({ step }) => step));
  const stride = Math.ceil(longest / POINTS);
  const steps = new Set<number>();
  for (let step = 0; step <= longest; step += stride) steps.add(step);
  for (const trace of all) {
    steps.add(trace.step);
    for (const { step } of trace.validation) steps.add(step);
  }
  const sorted = [...steps].sort((a, b) => a - b);
  const perStep = (values: number[]) => sorted.map((step) => finite(values[step - 1]));
  const perPoint = (points: Point[]) => {
    const known = new Map(points.map((point) => [point.step, point[measure]]));
    return sorted.map((step) => finite(known.get(step)));
  };
  return {
    steps: sorted,
    raw: perStep(current[measure]),
    train: perStep(current.smooth(measure, share)),
    clean: perPoint(current.clean),
    validation: perPoint(current.validation),
    older: older.map((trace) => ({
      train: perStep(trace.smooth(measure, share)),
      validation: perPoint(trace.validation),
    })),
  };
}

/** Numbers below `length`, at most so many, evenly; the first and the last are among them. */
export function evenly(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / Math.max(1, count - 1)));
}

const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
const TICKS = [1, 2, 2.5, 5, 10];

const roundUp = (most: number, steps: number[]) => {
  const scale = 10 ** Math.floor(Math.log10(most));
  return scale * (steps.find((step) => step * scale >= most * (1 - 1e-9)) ?? 10);
};

/** The end of an axis: a round number, so that it moves in few, large steps. */
export const axisEnd = (most: number, least: number) => Math.max(least, roundUp(most, ROUND));

/** Round numbers from 0 to the end of an axis, about `parts` of them. */
export function ticks(end: number, parts: number): number[] {
  const step = roundUp(end / parts, TICKS);
  const count = Math.floor(end / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

/** 1, 2 and 5 times powers of ten between the ends of a logarithmic axis. */
export function logTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const digits = decades > 2.5 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5];
  const first = Math.floor(Math.log10(low));
  return Array.from({ length: Math.ceil(decades) + 2 }, (_, i) => 10 ** (first + i))
    .flatMap((power) => digits.map((digit) => Number((digit * power).toPrecision(3))))
    .filter((value) => value >= low * 0.999 && value <= high * 1.001);
}

/** The low end of a logarithmic axis: a round number below all that is shown, that moves in steps. */
export function logFloor({ steps: _, older, ...own }: Columns): number {
  const columns = [
    own.train,
    own.clean,
    own.validation,
    ...older.flatMap(({ train, validation }) => [train, validation]),
  ];
  let least = 1;
  for (const column of columns) {
    for (const value of column) if (value !== null && value > 0 && value < least) least = value;
  }
  const power = 10 ** Math.floor(Math.log10(least));
  return Math.max(1e-6, least / power >= 3 ? 3 * power : power);
}

/** The highest of a value per step, and its step. */
export function highest(values: number[]): { step: number; value: number } {
  let highest = { step: 0, value: 0 };
  for (const [at, value] of values.entries()) if (value > highest.value) highest = { step: at + 1, value };
  return highest;
}

/** The least end of a loss axis: the first steps of the usual run overshoot the loss of guessing, and stay below. */
export const LEAST_LOSS = 3;

/** What the loss axis must show: nine tenths of the steps, so that one jump does not flatten the rest. */
export function lossEnd(traces: Trace[], guess: number): number {
  const tops = traces.map((trace) => {
    const values = trace.smoothLoss.filter(Number.isFinite).sort((a, b) => a - b);
    return values[Math.floor(values.length * 0.9)] ?? 0;
  });
  return axisEnd(Math.max(guess * 1.06, ...tops), LEAST_LOSS);
}
