/** Checks, searches and proofs. */

import { count, reading } from "../format";
import { plural } from "./words";

export const checks = {
  checks: {
    kinds: {
      ladder: "Sanity ladder",
      range: "Range test",
      search: "Search",
      knock: "Knock-out",
      honesty: "Proof of honesty",
    },
    stop: "Stop",
    open: "Open",
    opens: (what: string) => `${what}. Open it`,
    stale: "What is shown below was found for another experiment than the current one.",
    progress: "Progress",
    left: (done: number, of: number, left: string) =>
      `step ${count(done)} of at most ${count(of)}, about ${left} left`,
    rests: (step: number) => `Your run rests at step ${count(step)} and goes on afterwards.`,
    estimate: (steps: number, time: string) =>
      `up to ${count(steps)} steps on copies of this experiment, about ${time}`,
  },
  ladder: {
    lead: "The debugging recipe on this experiment, from the cheapest check to the full run. It stops where a rung is broken.",
    start: "Climb the ladder",
    names: {
      "first loss": "First loss",
      "overfit 1 image": "Learn one image by heart",
      "overfit 10 images": "Learn ten images by heart",
      "learning-rate range": "Learning-rate range",
      "coarse grid": "Coarse grid",
      "full run": "Full run",
      gap: "Gap to the validation images",
    } as Record<string, string>,
    grades: { good: "good", doubtful: "doubtful", bad: "broken" },
    touch: "Settings to look at:",
    find: (setting: string) => `${setting}: show it in the recipe`,
    rate: (lr: number) => `Open with learning rate ${reading(lr)}`,
    few: (images: number) => `Open as it was tried, with ${plural(images, "image", "images")}`,
  },
  range: {
    lead: "The learning rate grows by the same factor at each step; the loss shows where it learns and where it bursts.",
    start: "Test the range",
    figure: "Training loss over the learning rate",
    rate: "learning rate",
    loss: "loss",
    smooth: "smoothed loss",
    found: (rate: number, lowest: number, edge: number | null, high: number) =>
      `At learning rate ${reading(rate)} the smoothed loss falls most steeply: a value to start from. It is lowest at ${reading(lowest)} because it stops falling there, so that rate is too high to start from; it ${edge === null ? `does not diverge up to ${reading(high)}` : `diverges from ${reading(edge)} on`}.`,
    use: (rate: number) => `Restart with learning rate ${reading(rate)}`,
    beside: "Open it in a new tab",
  },
  search: {
    lead: "Short runs of this experiment, 100 steps each, that differ in two settings. Hopeless ones stop early.",
    axis: (i: number) => (i === 0 ? "Vary" : "and"),
    how: "by",
    grid: (n: number) => `a grid, ${n} values each`,
    random: (n: number) => `${n} random points`,
    span: (low: string, high: string) => `${low} to ${high}`,
    start: "Start the search",
    map: "Heat map of the grid",
    table: "All trials, the best first",
    validation: "validation",
    lines: (n: number) =>
      `${n} trials as lines from setting to setting to the validation accuracy; the table lists them`,
    scale: "validation accuracy",
    heads: ["trial", "validation accuracy", "end", ""],
    trial: (where: string, said: string) => `${where}: ${said}`,
    ends: {
      finished: "finished",
      stopped: "stopped early",
      diverged: "diverged",
      refused: "cannot be built",
    },
  },
  knock: {
    lead: "Trains this experiment, then silences more and more units of its last activation: what is left?",
    start: "Train and knock out",
    plain: "others as they are",
    rescaled: "others scaled up",
    figure: "Validation accuracy over the share of silent units",
    share: "share of silent units",
    accuracy: "validation accuracy",
    found: (share: string, plain: string, rescaled: string, whole: string) =>
      `With ${share} of the units silent the network reads ${plain} of the validation images, and ${rescaled} where the others are scaled up; with none silent it reads ${whole}.`,
    caveat:
      "Five draws each: the line is their median, the band their range. Dropout trains for exactly this: a point opens the experiment with its share as dropout p.",
    opens: (share: number) => `Open it with dropout p ${reading(share)}`,
  },
  honesty: {
    lead: "The network that runs here, with its weights of this moment, on this device.",
    gradients: "Check the gradients",
    devices: "Compare two devices",
    busy: "Checking…",
    slopes: (right: number, all: number, step: number) =>
      `${right} of ${all} gradients at step ${count(step)} are the slope of the loss, measured by stepping along them.`,
    slopeHead: ["weight", "by the way back", "measured", ""],
    compared: (here: string, there: string, close: number, all: number, step: number) =>
      `${close} of ${all} layers agree at step ${count(step)} on two devices. The first: ${here}. The second: ${there}. The numbers are the largest difference over the largest number.`,
    deviceHead: ["layer", "output", "gradient", ""],
    holds: "holds",
    apart: "apart",
  },
};
