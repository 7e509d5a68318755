/** What a step costs, before there was one. */

import type { Run } from "../run";

/** Multiply-adds a millisecond of one core, and what a dispatch costs in a browser: both rough, see BENCHMARKS.md. */
const MACS_PER_MS = 9e6;
const MS_PER_DISPATCH = 0.05;
/** The way back costs about twice the way forward. */
const WAYS = 3;
/** Dispatches of a layer, where the plan has not been read. */
const DISPATCHES = 2.5;

/** Milliseconds of a step: measured, or a guess. */
export function stepMs({ description, values, session, pace }: Run, dispatches?: number): number {
  if (pace.msPerStep) return pace.msPerStep;
  const { layers, macs } = description;
  if (session.backend.kind === "webgpu") return (dispatches ?? DISPATCHES * layers.length) * MS_PER_DISPATCH;
  return (WAYS * macs * Number(values.batch)) / MACS_PER_MS;
}
