/** Curves, and the time they take. */

import { fixed } from "../format";
import type { TraceEvent } from "../trace";
import { time } from "./time";
import { plural } from "./words";

export const curves = {
  curves: {
    loss: "Loss",
    accuracy: "Accuracy",
    train: "train",
    clean: "train, clean",
    cleanShort: "clean",
    validation: "validation",
    guessLoss: (classes: number) => `guessing: ln ${classes}`,
    guessAccuracy: (classes: number) => `guessing: ${fixed(100 / classes, 0)} %`,
    table: "data table",
    tableShort: "table",
    step: "step",
    keys: "← and → read the curves step by step",
    options: {
      label: "options",
      log: "Logarithmic loss",
      smoothing: "Smoothing",
      weight: "Lines",
      weights: ["thin", "usual", "thick", "very thick"],
      dash: "Dashes",
      lengths: ["short", "usual", "long", "very long"],
      save: "Save as",
      saveAs: (figure: string, kind: string) => `Save ${figure} as ${kind}`,
    },
    empty: "No step yet. Press Play.",
    learns: "The network learns: the round button lets it rest.",
    rests: "The network rests: the round button lets it go on.",
    lossSummary: (step: number, train: string, clean: string, validation: string) =>
      `Loss over ${plural(step, "step", "steps")}: training ${train}, clean training ${clean}, validation ${validation}.`,
    accuracySummary: (step: number, train: string, clean: string, validation: string) =>
      `Accuracy over ${plural(step, "step", "steps")}: training ${train}, clean training ${clean}, validation ${validation}.`,
    help: {
      train: "With dropout and the batch's own statistics, smoothed; the raw trace lies behind",
      clean: "Training images, as in use: no dropout, running statistics",
      validation: "Images that are never trained on",
    },
    diverged: "diverged",
    upTo: (loss: string) => `up to ${loss}`,
    event: (event: TraceEvent, title: (address: string) => string) =>
      event.kind === "stop"
        ? time.stop.mark(event.stop)
        : `${event.kind} ${event.layers.map(title).join(", ")}`,
  },
  pace: {
    elapsed: (time: string) => `${time} trained`,
    remaining: (time: string) => `about ${time} left`,
    speed: (n: string) => `${n} images / s`,
    hidden: "Training goes on in a hidden tab; that time is shown apart.",
    hiddenTime: (time: string) => `+ ${time} in a hidden tab`,
  },
};
