/** Inspecting one moment of a run. */

import { count, plain } from "../format";
import { sentence, share } from "./words";

export const inspect = {
  inspect: {
    label: "Inspect",
    works: "working",
    tabs: {
      batch: "Next batch",
      mistakes: "Mistakes",
      confusion: "Confusion",
      histograms: "Histograms",
      filters: "Filters",
      layer: "Layer",
      checks: "Check & search",
      twin: "Twin run",
      plan: "Plan",
    },
    images: "image",
    stored: "as stored",
    trained: "as trained",
    trainedImage: (name: string) => `the same image as it is trained on, labelled ${name}`,
    augmented: (parts: string[], mirrored: boolean) => {
      if (parts.length === 0) return "";
      const words = sentence(parts.join(", "));
      const said = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
      return mirrored ? `${said} Mirrored digits are other signs: these labels may not hold.` : said;
    },
    by: {
      flip: (p: number) => `mirrored left to right with probability ${plain(p)}`,
      vflip: (p: number) => `mirrored top to bottom with probability ${plain(p)}`,
      degrees: (most: number) => `rotated by up to ${plain(most)}°`,
      side: (most: number) => `shifted by up to ${share(most)} of the side`,
      zoom: (most: number) => `resized by up to ${share(most)}`,
      crop: (least: number) => `cropped to ${share(least)} or more of the area`,
      brightness: (most: number) => `brightness changed by up to ${share(most)}`,
      contrast: (most: number) => `contrast changed by up to ${share(most)}`,
      cutout: (side: number) => `a square of ${share(side)} of the side blacked out`,
    },
    truth: "label",
    answer: "answer",
    right: "✓ right",
    wrong: "✕ wrong",
    before: (step: number) => `The first images of the batch that step ${count(step)} trains on.`,
    after: (right: number, n: number, step: number) =>
      `The net reads ${right} of these ${n} right, before step ${count(step)} trains on them.`,
    classImage: (name: string) => `an image labelled ${name}`,
    planLabel: "The plan of one training step",
    planLoading: "Printing the plan…",
  },
};
