/** A layer's rule with its numbers. */

import { count } from "../format";

export const formula = {
  formula: {
    label: "Formula of",
    loading: "Reading the numbers…",
    image: "The first probe image, its layers computed as in training but without dropout.",
    unit: { channel: "Channel", row: "Row", column: "Column", weight: "Weight" },
    loss: (label: string, top: string) =>
      `z are the answers of the net before softmax, minus the largest, ${top}; p is the share of the label, ${label}.`,
    conv: (height: number, width: number) =>
      `x is a window of ${height} × ${width} pixels of every channel, 0 outside the image; w is the filter, b its bias.`,
    dense: (inputs: number, shown: number) =>
      `${count(inputs)} products, the ${shown} largest one by one and the others as one number.`,
    norm: (elements: number) =>
      `μ and σ² are of ${count(elements)} numbers that share them; γ and β are learned.`,
    activation: "x is what the layer before gives.",
    dropout: (step: number, kept: number, units: number) =>
      `m is drawn by the engine: step ${count(step)} keeps ${count(kept)} of ${count(units)} units (m = 1) and drops the others (m = 0). At rest nothing is dropped, so there is no y of the engine's to compare with.`,
    dropped: (unit: number, kept: boolean) => `unit ${count(unit)}, ${kept ? "kept" : "dropped"}`,
    residual: "What the block has made, plus what its shortcut brings.",
    window: (n: number) => `x are the ${count(n)} numbers of the window.`,
    update: (name: string, at: number) =>
      `Weight ${count(at)} of ${name} in the last step; g is its gradient there, ← what becomes of it.`,
    channel: (c: number) => `channel ${c}`,
    allChannels: (channels: number) => `y, ${channels} channels + b`,
    engine: (value: string) => `The engine computed ${value}.`,
    passes: "This layer hands on what it gets.",
    optimizer: "Update",
    noUpdate: (playing: boolean) =>
      `${playing ? "Pause the run and press Step" : "Press Step"}: then the last step's update stands here with all its numbers.`,
    lossLayer: "Loss",
  },
};
