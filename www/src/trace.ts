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
const NEWEST = 0.14;

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
  epoch = 0;
  diverged: number | undefined;

  get step(): number {
    return this.loss.length;
  }

  get lastValidation(): Point | undefined {
    return this.validation.at(-1);
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

  /** Forget what came after a step: a recovered run goes on from its last checkpoint. */
  rewind(step: number): void {
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
