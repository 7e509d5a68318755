/** Runs as a file: names, links, curves. */

import type { Value } from "../engine/types";
import type { StopRules } from "../run/stops";
import { type Mark, type Point, Trace, type TraceEvent } from "../trace";
import type { KeptRun } from "./runs";

export type SavedRun = Pick<KeptRun, "key" | "name" | "trace" | "values" | "link" | "difference" | "pinned">;

const FORMAT = "convlab-runs";
const VERSION = 1;
/** What one file may bring. */
const MOST_RUNS = 200;
const MOST_STEPS = 1e6;

export function writeRuns(runs: SavedRun[]): string {
  const saved = runs.map(({ key, name, link, difference, values, trace, pinned }) => {
    const { loss, accuracy, clean, validation, marks, events, epoch, diverged } = trace;
    return {
      key,
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

/** Undefined where the text is anything else; a damaged run costs only itself. */
export function readRuns(json: string): SavedRun[] | undefined {
  try {
    const file = JSON.parse(json) as { format?: unknown; version?: unknown; runs?: unknown };
    if (file.format !== FORMAT || file.version !== VERSION || !Array.isArray(file.runs)) return undefined;
    return file.runs.slice(0, MOST_RUNS).flatMap(readIfWhole);
  } catch {
    return undefined;
  }
}

function readIfWhole(run: Record<string, unknown>): SavedRun[] {
  try {
    return [readRun(run)];
  } catch {
    return [];
  }
}

function readRun(run: Record<string, unknown>): SavedRun {
  const trace = new Trace();
  const [loss, accuracy] = [numbers(run.loss), numbers(run.accuracy)];
  const epoch = Number(run.epoch) || 0;
  trace.add(loss.map((one, i) => ({ step: i + 1, epoch, loss: one, accuracy: accuracy[i] ?? 0, lr: 0 })));
  trace.clean.push(...points(run.clean));
  trace.validation.push(...points(run.validation));
  trace.marks.push(...marks(run.marks));
  trace.events.push(...events(run.events));
  if (typeof run.diverged === "number") trace.diverged = run.diverged;
  return {
    key: words(run.key),
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

const isValue = (one: unknown): one is Value => ["string", "number"].includes(typeof one);

function marks(value: unknown): Mark[] {
  return list(value).flatMap((one) => {
    const { step, key, from, to } = one as Record<string, unknown>;
    return isValue(from) && isValue(to) ? [{ step: Number(step), key: words(key), from, to }] : [];
  });
}

function events(value: unknown): TraceEvent[] {
  return list(value).flatMap((one): TraceEvent[] => {
    const { step, kind, layers, stop } = one as Record<string, unknown>;
    const at = Number(step);
    if (kind === "freeze" || kind === "unfreeze")
      return [{ step: at, kind, layers: list(layers).map(words) }];
    const { rule, limit } = (stop ?? {}) as Record<string, unknown>;
    const known = rule === "seconds" || rule === "accuracy" || rule === "patience";
    return known
      ? [{ step: at, kind: "stop", stop: { rule: rule as keyof StopRules, limit: Number(limit) } }]
      : [];
  });
}

function valuesOf(value: unknown): Record<string, Value> {
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(entries.filter((entry): entry is [string, Value] => isValue(entry[1])));
}
