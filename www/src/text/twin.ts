/** Twin runs. */

import { plural } from "./words";

export const twin = {
  twin: {
    lead: "Two networks that differ in one thing learn from the same batches, step by step side by side.",
    shared: (what: string) => `Both have ${what}, as your run has now.`,
    held: (what: string) => `So that nothing else differs, both have ${what}.`,
    differ: "They differ in",
    against: (mine: string) => `${mine} against`,
    seeds: "with",
    seedCount: (n: number) => plural(n, "seed", "seeds"),
    start: "Train the twins",
    figure: (what: string, a: string, b: string) =>
      `Training ${what} of ${a} and of ${b}, and what lies between them`,
    median: ", median and range of the seeds",
    same: "Both saw the same images at the same steps.",
    kept: "They stand in Runs from now on.",
    delete: "Delete these runs",
    table: "Validation accuracy of each twin",
    head: ["twin", "seed", "validation", "run"],
  },
};
