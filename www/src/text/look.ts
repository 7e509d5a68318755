/** What the tabs of Inspect say about one moment. */

import { count, plain } from "../format";
import type { Stage } from "../run/stages";
import { plural } from "./words";

export const look = {
  layers: { nth: (name: string, nth: number, of: number) => `${name}, ${nth} of ${of}` },
  mistakes: {
    loading: "Judging the validation images…",
    count: (wrong: number, all: number, step: number) =>
      wrong === 0
        ? `No validation image is misread at step ${count(step)}.`
        : `${count(wrong)} of ${count(all)} validation images are misread at step ${count(step)}; the largest loss first.`,
    image: (label: string, answer: string) => `labelled ${label}, taken for ${answer}`,
    loss: (loss: string) => `loss ${loss}`,
    more: (n: number) => `${plural(n, "more mistake has", "more mistakes have")} a smaller loss.`,
  },
  confusion: {
    loading: "Counting the validation images…",
    label: "Confusion matrix",
    caption: "Validation images by label (rows) and by answer of the net (columns)",
    corner: "label ↓ answer →",
    right: "right",
    summary: (all: number, accuracy: string, step: number) =>
      `${accuracy} of ${count(all)} validation images are right at step ${count(step)}.`,
    /** Pairs of label and answer that are level. */
    worst: (pairs: [string, string][], more: number, times: number) => {
      const named = pairs.map(([label, answer]) => `${label} is taken for ${answer}`);
      const others = more > 0 ? [plural(more, "further pair", "further pairs")] : [];
      const each = pairs.length > 1 ? " each" : "";
      return `Most often ${[...named, ...others].join(", ")}: ${plural(times, "time", "times")}${each}.`;
    },
    none: "Nothing is taken for anything else.",
    vote: (views: number) => `Vote over ${views} views`,
    voted: (plain: string, voted: string, views: number) =>
      `By test-time augmentation ${voted}, plain ${plain}; it costs ${views} times the work.`,
  },
  filters: {
    of: "Filters of",
    channel: "input channel",
    channelOf: (channels: number) => `of ${channels}`,
    colours: "The three channels of the image as colours: grey weighs nothing.",
    none: "This network has no convolution, so it has no filters.",
    loading: "Reading the weights…",
    filter: (n: number, channels: number) => `filter ${n}, ${plural(channels, "channel", "channels")}`,
    shown: (columns: number, filters: number) =>
      `${columns === filters ? plural(filters, "filter", "filters") : `The first ${columns} of ${count(filters)} filters`}, a column each.`,
    channels: (first: number, rows: number, channels: number) =>
      channels === 1
        ? "The layer's input has one channel, so there is one row."
        : rows === channels
          ? `A row is one of ${count(channels)} channels of the layer's input.`
          : `A row is a channel of the layer's input: ${first} to ${first + rows - 1} of ${count(channels)}.`,
    range: (low: string, high: string, colours: boolean) =>
      `Weights from ${low} to ${high}${colours ? "" : ": orange negative, blue positive"}.`,
  },
  histograms: {
    loading: "Counting the numbers…",
    lead: "How the numbers of each layer are spread, from step 0 (left) to now (right). Darker: more of them.",
    steps: (first: string, last: string, looks: number) =>
      `Steps ${first} to ${last}, ${plural(looks, "look", "looks")} at the eight probe images.`,
    activations: "activations",
    weights: "weights",
    range: (low: string, high: string) => `${low} to ${high}`,
    of: (title: string, what: string) => `${title}: ${what}`,
    middle: (step: number) => `middle 90 % at step ${count(step)}`,
    widest: (title: string, what: string, range: string) =>
      `Spread widest are the ${what} of ${title}: nine tenths of them lie from ${range}.`,
    picture: (title: string, what: string, low: string, high: string) =>
      `${title}: ${what} from ${low} to ${high}, step by step`,
  },
  plan: {
    lead: "One step takes a batch forward through every layer, measures the loss, goes backward for the slope of the loss along each weight, and updates them all.",
    label: "What one step does and costs",
    heads: ["", "this run", "what it is"],
    does: {
      forward: "each layer computes its values from those of the layer before",
      loss: "the answers meet their labels: how wrong they are, in one number",
      backward: "from the last layer to the first: how the loss changes with each weight",
      update: "the optimizer moves every weight to where the loss falls",
    } as Record<Stage, string>,
    dispatches: (n: number) => plural(n, "dispatch", "dispatches"),
    weights: "weights",
    learned: "the numbers that are learned",
    macs: "multiply-adds",
    products: (batch: number) =>
      `products of one image on its way forward; the way back takes about twice as many, a batch has ${plural(batch, "image", "images")}`,
    memory: "memory",
    holds: (state: string) =>
      `${state} for weights, slopes and what the optimizer keeps, the rest for what the layers compute`,
    time: "time",
    device: "of one step on this device",
    kernels: (dispatches: number) => `${count(dispatches)} dispatches a step, kernel by kernel`,
    kernel:
      "A dispatch starts one kernel, a small program for many numbers at once; its line says how many groups of them there are, what it reads and what it writes.",
    measured: (ms: number) => `${plain(Number(ms.toPrecision(3)))} ms a step, measured`,
    estimated: (ms: number) => `about ${plain(Number(ms.toPrecision(2)))} ms a step, estimated`,
  },
};
