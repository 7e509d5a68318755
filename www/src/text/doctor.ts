/** The doctor's card. */

import { count, percent } from "../format";
import { plural } from "./words";

export const doctor = {
  doctor: {
    label: "Doctor",
    names: {
      "rate-too-high": "Learning rate too high",
      "all-dropped": "Every unit dropped",
      "bad-init": "Signals die out or burst",
      "dead-units": "Dead units",
      stuck: "Stuck at guessing",
      "rate-too-low": "Still falling",
      "label-noise": "Wrong labels",
      overfit: "Learning by heart",
      "tiny-batch": "Batch too small for batch norm",
      "noisy-validation": "Too few validation images",
      underfit: "Net too small",
      healthy: "Nothing wrong",
      unsure: "Something stands out",
    } as Record<string, string>,
    well: "Loss and accuracy moved as they should.",
    sofar: "Loss and accuracy move as they should so far. Whether it learns enough shows at the end.",
    unsure: "One look may be chance. The next one tells what it is.",
    high: (layers: number) =>
      `The update ratio is high in ${plural(layers, "layer", "layers")}: large steps, which the curves bear.`,
    dead: (share: number) => `In one layer ${percent(share, 0)} of the units are dead on the probe images.`,
    clean: (step: number) => `clean accuracy at step ${count(step)}`,
    validation: (step: number) => `validation accuracy at step ${count(step)}`,
    /** What the findings rest on: means, where the chart shows single numbers. */
    evidence: {
      diverged: "diverged at step",
      "dead share": "share of dead units",
      guessing: "loss of guessing",
      "training accuracy": "clean accuracy, mean of 3",
      "validation accuracy": "validation accuracy, mean of 3",
      "last validation loss": "validation loss, mean of 3",
      "clean loss": "clean loss, mean of 3",
      "last loss": "train loss, mean of the last quarter",
      "running loss": "train loss, mean of the last quarter",
      "loss before": "mean of the quarter before",
    } as Record<string, string>,
    sure: { much: "surely", some: "probably", little: "perhaps" },
    percent: (share: number) => percent(share),
    attempt: (what: string) => `Try ${what} in a new run`,
    attemptHelp: (name: string) => `Only that changes. ${name} stays in Runs, its curve behind the new one.`,
    span: (from: number, to: number) =>
      from === to ? `seen at step ${count(to)}` : `seen from step ${count(from)} to ${count(to)}`,
    curve: "Training loss",
    waits: (steps: number) => `Reads the curves from step ${steps} on.`,
    limits: (step: number) =>
      `Read at step ${count(step)}. Curves do not show labels that leaked from training to validation.`,
  },
};
