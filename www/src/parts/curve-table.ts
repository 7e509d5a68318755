/** A figure in words and numbers: one sentence, and a table of its evaluations. */

import { curveStyle } from "../curve-style";
import { count, fixed, percent } from "../format";
import type { Measure } from "../series";
import { text } from "../text";
import type { Trace } from "../trace";
import { table } from "./table";

/** Share of the newest step in the smoothed curve. */
export const newest = (): number => Number((1 - curveStyle.smoothing).toFixed(3));

/** Training, clean training and validation, as they stand. */
export function lastValues(trace: Trace, measure: Measure): (number | undefined)[] {
  return [
    trace.smooth(measure, newest()).at(-1),
    trace.clean.at(-1)?.[measure],
    trace.validation.at(-1)?.[measure],
  ];
}

export function format(value: number | undefined, measure: Measure): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  return measure === "loss" ? fixed(value, 3) : percent(value);
}

export function summary(trace: Trace | undefined, measure: Measure): string {
  if (!trace || trace.step === 0) return text.curves.empty;
  const words = lastValues(trace, measure).map((value) => format(value, measure));
  const [train = "–", clean = "–", validation = "–"] = words;
  const sentence = measure === "loss" ? text.curves.lossSummary : text.curves.accuracySummary;
  return sentence(trace.step, train, clean, validation);
}

export function curveTable(trace: Trace | undefined, measure: Measure) {
  const smooth = trace?.smooth(measure, newest());
  const { curves } = text;
  const rows = (trace?.validation ?? [])
    .toReversed()
    .map((point) => [
      count(point.step),
      format(smooth?.[point.step - 1], measure),
      format(trace?.clean.find(({ step }) => step === point.step)?.[measure], measure),
      format(point[measure], measure),
    ]);
  const heads = [curves.step, curves.train, curves.clean, curves.validation];
  return table(`${curves[measure]}: ${curves.table}`, heads, rows, { cls: "data-table" });
}
