/** The doctor's card. */

import { count, percent } from "../format";

export const doctor = {
  doctor: {
    label: "Doctor",
    names: {
      "rate-too-high": "Learning rate too high",
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
    } as Record<string, string>,
    sofar: "Loss and accuracy move as they should so far. Whether it learns enough shows at the end.",
    sure: (how: string) => how,
    percent: (share: number) => percent(share),
    attempt: (what: string) => `Try ${what}`,
    span: (from: number, to: number) =>
      from === to ? `seen at step ${count(to)}` : `seen from step ${count(from)} to ${count(to)}`,
    waits: (steps: number) => `Reads the curves from step ${steps} on.`,
    limits: (step: number) =>
      `Read at step ${count(step)}. Curves do not show labels that leaked from training to validation.`,
  },
};
