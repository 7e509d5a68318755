/** Runs as a file: names, links, curves. */

import type { Value } from "../engine/types";
import { type Point, Trace } from "../trace";
import type { KeptRun } from "./runs";

export type SavedRun = Pick<KeptRun, "name" | "trace" | "values" | "link" | "difference" | "pinned">;

const FORMAT = "convlab-runs";
const VERSION = 1;
/** What one file may bring. */
const MOST_RUNS = 200;
const MOST_STEPS = 1e6;

export function writeRuns(runs: KeptRun[]): string {
  const saved = runs.map(({ name, link, difference, values, trace, pinned }) => {
    const { loss, accuracy, clean, validation, marks, events, epoch, diverged } = trace;
    return {
      name,
      link,
      difference,
      pinned,
      values,
      epoch,
      diverged,
      loss,
      accuracy,
      clean,
      validation,
      marks,
      events,
    };
  });
  return JSON.stringify({ format: FORMAT, version: VERSION, runs: saved });
}

/** Undefined where the text is anything else. */
export function readRuns(json: string): SavedRun[] | undefined {
  try {
    const file = JSON.parse(json) as { format?: unknown; version?: unknown; runs?: unknown };
    if (file.format !== FORMAT || file.version !== VERSION || !Array.isArray(file.runs)) return undefined;
    return file.runs.slice(0, MOST_RUNS).map(readRun);
  } catch {
    return undefined;
  }
}

function readRun(run: Record<string, unknown>): SavedRun {
  const trace = new Trace();
  const [loss, accuracy] = [numbers(run.loss), numbers(run.accuracy)];
  const epoch = Number(run.epoch) || 0;
  trace.add(loss.map((one, i) => ({ step: i + 1, epoch, loss: one, accuracy: accuracy[i] ?? 0, lr: 0 })));
  trace.clean.push(...points(run.clean));
  trace.validation.push(...points(run.validation));
  if (typeof run.diverged === "number") trace.diverged = run.diverged;
  return {
    name: words(run.name),
    link: words(run.link),
    difference: words(run.difference),
    pinned: run.pinned === true,
    values: valuesOf(run.values),
    trace,
  };
}

const words = (value: unknown): string => (typeof value === "string" ? value.slice(0, 2000) : "");

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error("a list is missing");
  return value.slice(0, MOST_STEPS);
}

/** What was no number is written as null. */
const numbers = (value: unknown): number[] =>
  list(value).map((one) => (typeof one === "number" ? one : Number.NaN));

function points(value: unknown): Point[] {
  return list(value).map((one) => {
    const { step, loss, accuracy } = one as Record<string, unknown>;
    return { step: Number(step), loss: Number(loss), accuracy: Number(accuracy) };
  });
}

function valuesOf(value: unknown): Record<string, Value> {
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, Value] => ["string", "number"].includes(typeof entry[1])),
  );
}
