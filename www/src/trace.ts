/** What one run reported: its curves and the marks upon them. */

import type { Row, Value } from "./engine/types";
import type { Stop } from "./run/stops";

export interface Point {
  step: number;
  loss: number;
  accuracy: number;
}

/** A setting that changed while the run went on. */
export interface Mark {
  step: number;
  key: string;
  from: Value;
  to: Value;
}

/** What else happened at a step: layers froze or learn again, or a rule ended the run. */
export type TraceEvent = { step: number } & (
  | { kind: "freeze" | "unfreeze"; layers: string[] }
  | { kind: "stop"; stop: Stop }
);

/** Share of the newest step in the smoothed curve; the first steps count fully. */
export const NEWEST = 0.14;

export class Trace {
  /** Training mode, one entry per step; entry i is step i + 1. */
  readonly loss: number[] = [];
  readonly accuracy: number[] = [];
  readonly smoothLoss: number[] = [];
  readonly smoothAccuracy: number[] = [];
  /** Evaluation mode. */
  readonly validation: Point[] = [];
  readonly clean: Point[] = [];
  readonly marks: Mark[] = [];
  readonly events: TraceEvent[] = [];
  private readonly smoothed = new Map<string, { share: number; values: number[] }>();
  epoch = 0;
  /** The first step that it knows; another one than 0 where the run goes on from a checkpoint. */
  start = 0;
  diverged: number | undefined;

  get step(): number {
    return this.loss.length;
  }

  get lastValidation(): Point | undefined {
    return this.validation.at(-1);
  }

  /** Begins at a step: what led there is not known. */
  begin(step: number, epoch: number): void {
    for (const series of [this.loss, this.accuracy, this.smoothLoss, this.smoothAccuracy]) {
      while (series.length < step) series.push(Number.NaN);
    }
    [this.start, this.epoch] = [step, epoch];
  }

  add(rows: Row[]): void {
    for (const row of rows) {
      if (row.step <= this.step) this.rewind(row.step - 1);
      const share = Math.max(NEWEST, 1 / (this.step + 1));
      this.loss.push(row.loss);
      this.accuracy.push(row.accuracy);
      this.smoothLoss.push(blend(this.smoothLoss.at(-1), row.loss, share));
      this.smoothAccuracy.push(blend(this.smoothAccuracy.at(-1), row.accuracy, share));
      this.epoch = row.epoch;
    }
  }

  /** The training figures, each blended with those before it; `share` is that of the newest. */
  smooth(measure: "loss" | "accuracy", share: number): number[] {
    if (share === NEWEST) return measure === "loss" ? this.smoothLoss : this.smoothAccuracy;
    const known = this.smoothed.get(measure);
    const values = known?.share === share ? known.values : [];
    const raw = this[measure];
    values.length = Math.min(values.length, raw.length);
    for (let i = values.length; i < raw.length; i++) {
      values.push(blend(values.at(-1), raw[i] as number, Math.max(share, 1 / (i + 1))));
    }
    this.smoothed.set(measure, { share, values });
    return values;
  }

  /** Forget what came after a step: a recovered run goes on from its last checkpoint. */
  rewind(step: number): void {
    this.smoothed.clear();
    for (const series of [this.loss, this.accuracy, this.smoothLoss, this.smoothAccuracy]) {
      series.length = Math.min(series.length, step);
    }
    for (const points of [this.validation, this.clean]) {
      while ((points.at(-1)?.step ?? 0) > step) points.pop();
    }
  }
}

function blend(before: number | undefined, now: number, share: number): number {
  if (before === undefined || !Number.isFinite(before)) return now;
  return before + share * (now - before);
}
