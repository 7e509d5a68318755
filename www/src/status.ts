/** Where a run is, in one line of words. */

import type { Run } from "./run";
import { text } from "./text";

export function statusOf({ trace, step, stage, stopped, diverged }: Run): string {
  if (diverged !== undefined) return text.status.diverged(diverged);
  const loss = trace.smoothLoss.at(-1);
  const accuracy = trace.smoothAccuracy.at(-1);
  const validation = trace.lastValidation;
  return [
    text.status.step(step, trace.epoch),
    ...(loss !== undefined && accuracy !== undefined && !Number.isNaN(loss)
      ? [text.status.training(loss, accuracy)]
      : []),
    ...(validation ? [text.status.validation(validation.accuracy)] : []),
    ...(stage && stage !== "update" ? [text.stages.said(stage, step + 1)] : []),
    ...(stopped ? [text.stop.mark(stopped)] : []),
  ].join(", ");
}
