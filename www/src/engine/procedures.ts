/** Checks, sweeps and comparisons: what the engine tries on sessions of its own. */

import type { Ask } from "./remote";
import type { BackendChoice, Evaluation } from "./types";

/** How a check ended: "good" is green, "doubtful" amber, "bad" red. */
export interface Verdict {
  grade: "good" | "doubtful" | "bad";
  reason: string;
  /** Keys of the settings that a cure would change. */
  touch: string[];
}

export interface SearchRow {
  trial: number;
  /** Key and word of each axis. */
  values: [string, string][];
  step: number;
  end: "finished" | "stopped" | "diverged" | "refused";
  validation: Evaluation | null;
}

export interface KnockOutRow {
  arm: string;
  layer: number;
  /** Share of its units at 0. */
  share: number;
  rescaled: boolean;
  /** Smallest, median and largest validation accuracy of five draws. */
  accuracy: [number, number, number];
}

export interface CueRow {
  arm: string;
  seed: number;
  without: "colour" | "texture" | null;
  accuracy: number;
}

export interface Rung extends Verdict {
  name: string;
  /** Words that make the experiment the one that was tried, or the best of those. */
  opens: [string, string][];
}

export interface Finding {
  name: string;
  /** 0 to 1. */
  confidence: number;
  /** First and last step of the evidence. */
  span: [number, number];
  evidence: [string, number][];
  /** Settings to try: key and word. */
  advice: [string, string][];
  sentence: string;
}

/** By name: the rows on the way, and the outcome. */
export interface Procedures {
  "first-loss": { row: never; outcome: { loss: number; guessing: number; verdict: Verdict } };
  overfit: {
    row: never;
    outcome: { images: number; reached: number | null; loss: number; off: string[]; verdict: Verdict };
  };
  range: {
    row: { step: number; lr: number; loss: number; smooth: number };
    outcome: { suggestion: number | null; lowest: number; diverges: number | null; sentence: string };
  };
  ladder: { row: Rung; outcome: Rung[] };
  search: {
    row: SearchRow;
    outcome: {
      best: SearchRow | null;
      test: Evaluation | null;
      distinct: [string, number][];
      trials: SearchRow[];
      sentence: string;
    };
  };
  study: {
    row: { seed: number; step: number; loss: (number | null)[]; accuracy: (number | null)[] };
    outcome: {
      arms: {
        name: string;
        runs: {
          seed: number;
          validation: Evaluation | null;
          test: Evaluation | null;
          diverged: number | null;
        }[];
        band: { step: number; min: number; median: number; max: number }[];
      }[];
      same_batches: boolean;
      sentence: string;
    };
  };
  "knock-out": { row: KnockOutRow; outcome: KnockOutRow[] };
  cues: { row: CueRow; outcome: CueRow[] };
  doctor: {
    row: { step: number; epoch: number; loss: number; accuracy: number; lr: number };
    outcome: Finding[];
  };
}

export type ProcedureName = keyof Procedures;

export interface ProcedureOptions {
  backend?: BackendChoice;
  /** Images to learn by heart (overfit). */
  images?: number;
  /** Steps of the overfit check or of the range test. */
  steps?: number;
  /** First and last learning rate of the range test. */
  low?: number;
  high?: number;
  /** Axes of a search: "lr=0.001..1,norm=batch|none". */
  over?: string;
  /** Values an axis of a grid. */
  points?: number;
  /** So many trials at random instead. */
  random?: number;
  /** The layer to knock out. */
  layer?: number;
}

export interface Progress<Row> {
  /** Training steps done, and the most that it may need. */
  done: number;
  of: number;
  rows: Row[];
}

export interface Watch<Row> {
  onProgress?(progress: Progress<Row>): void;
  signal?: AbortSignal;
}

/** Runs a procedure where the engine is, on the images of session `of`; aborting the signal cancels it. */
export async function run<Name extends ProcedureName>(
  engine: Ask,
  name: Name,
  link: string,
  options: ProcedureOptions,
  { onProgress, signal }: Watch<Procedures[Name]["row"]>,
  of?: number,
): Promise<Procedures[Name]["outcome"]> {
  signal?.throwIfAborted();
  const number = engine.join({
    heard(event) {
      if (event.event === "progress") onProgress?.(event.progress as Progress<Procedures[Name]["row"]>);
    },
    // Whatever waited for a dead worker has been told.
    revive() {},
  });
  const cancel = () => void engine.ask(number, 0, "cancel", []).catch(() => undefined);
  signal?.addEventListener("abort", cancel);
  try {
    return (await engine.ask(number, 0, "procedure", [
      name,
      link,
      options,
      of,
    ])) as Procedures[Name]["outcome"];
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", cancel);
    engine.leave(number);
  }
}
