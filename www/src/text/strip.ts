/** Network strip and depth strip. */

import { plural } from "./words";

export const strip = {
  strip: {
    label: "Network and depth strip",
    layer: "Layer",
    shape: "channels · size",
    weights: "weights",
    maps: "Feature maps",
    mapsOf: "of each layer,",
    image: (label: string) => `probe image: ${label}`,
    colours: "colour range",
    answer: "answer",
    fold: (n: number) => `${n} layers`,
    repeat: (n: number) => `× ${n}`,
    open: (n: number) => `${n} layers folded into one column. Enter opens them.`,
    facts: (parameters: number, macs: string, receptive: number) =>
      [
        parameters > 0 ? plural(parameters, "weight", "weights") : "no weights",
        ...(macs === "0" ? [] : [`${macs} multiply-adds`]),
        `sees ${receptive} × ${receptive} pixels`,
      ].join(", "),
    activation: "Activation →",
    activationNotes: (limit: string) => ["mean ± deviation", `axis −${limit} to ${limit}`],
    step0: "dashed: step 0",
    dead: "Dead units →",
    deadNote: "never above 0",
    gradient: "← Gradient",
    gradientNotes: (range: string) => ["norm, log", range],
    update: "← Update ratio",
    updateNotes: (range: string) => ["step ÷ weight", `log, ${range}`],
    healthy: "healthy",
    high: "high",
    low: "low",
    phoneHead: ["layer", "feature maps", "activation · update ratio"],
    answers: (name: string, share: string) => `answers ${name} with ${share}`,
    activationRow: "Activation mean and deviation per layer",
    deadRow: "Share of dead units per layer",
    gradientRow: "Gradient norm per layer",
    updateRow: "Update to weight ratio per layer, healthy from 3·10⁻⁴ to 3·10⁻³",
    later: "known after the first step",
  },
};
