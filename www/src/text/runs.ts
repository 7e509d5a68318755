/** Runs. */

import type { Value } from "../engine/types";
import { count, percent } from "../format";
import { plural } from "./words";

export const runs = {
  runs: {
    label: "Runs",
    now: "now",
    defaults: "default experiment",
    same: "the same again",
    without: (changes: string[]) => `the same without ${changes.join(", ")}`,
    anotherSeed: "only the seed differs",
    at: (what: string, step: number) => `${what} at step ${count(step)}`,
    changes: (n: number) => plural(n, "further change", "further changes"),
    further: (n: number) => `Show ${plural(n, "further run", "further runs")}`,
    seed: (seed: Value) => `seed ${seed}`,
    step: (step: number) => `step ${count(step)}`,
    reopen: (name: string) => `Open the experiment of ${name} again`,
    more: (name: string) => `More about ${name}`,
    rename: "Rename",
    name: "Name of the run",
    pin: "Pin",
    unpin: "Unpin",
    pinned: "pinned",
    hide: "Hide curves",
    show: "Show curves",
    delete: "Delete",
    save: "Save all runs",
    load: "Load runs",
    fileName: "convlab-runs.json",
    loaded: (n: number) => `${plural(n, "run", "runs")} loaded: their curves lie behind yours.`,
    saveWeights: "Save weights",
    loadWeights: "Begin with weights of a file",
    saveCheckpoint: "Save checkpoint",
    openCheckpoint: "Go on from a checkpoint",
    goesOn: (step: number) => `The run goes on from step ${count(step)}; its curves begin there.`,
    unread: (file: string) => `${file} was not taken`,
    noCheckpoint: "It is no checkpoint of Convlab.",
    begins: (file: string) => `This run begins with the weights of ${file}`,
    notInLink: "A link does not hold them: who opens it begins with weights drawn by the seed.",
    unfit: (file: string) => `${file} was not taken; the run begins with its own weights`,
    deleteAll: "Delete all",
    deleted: (names: string[]) =>
      `${names.length === 1 ? names[0] : plural(names.length, "run", "runs")} deleted`,
    undo: "Undo",
    forgotten: (runs: number) =>
      `For your next visit the newest ${plural(runs, "run is", "runs are")} kept here, older ones are not: save all runs to a file.`,
    full: "The browser has no room to keep these runs for your next visit: save them to a file.",
    unreadable: "This file holds no runs of Convlab.",
    empty:
      "Change one thing and press Restart as new run: the run you leave is kept here, and its curve stays on the chart.",
    try: "Show me with learning rate × 3",
    compared: (step: number, mine: number, name: string, its?: number) =>
      `At step ${count(step)} validation is ${percent(mine)}; ${name} had ${its === undefined ? "diverged" : percent(its)}.`,
    diverged: (step: number) => `diverged at ${count(step)}`,
  },
};
