/** The page itself. */

import { count, fixed, percent } from "../format";

export const page = {
  name: "Convlab",
  pageTitle: "Convlab: a small network learns to read digits",
  tabTitle: (step: number) => `step ${count(step)} · Convlab`,
  title: (data: string) =>
    ({
      digits: "Learning to read handwritten digits, 0 to 9",
      shapes: "Learning to name shapes",
      own: "Learning to tell your own images apart",
    })[data] ?? "Learning to name pictures",
  facts: {
    weights: "weights",
    macs: "multiply-adds per image",
    images: "images",
  },
  starting: "Starting the engine…",
  nav: {
    curves: "Curves",
    network: "Network",
    inspect: "Inspect",
    runs: "Runs",
    draw: "Draw",
    picture: "Picture",
    recipe: "Recipe",
  },
  status: {
    label: "Training status",
    loading: "starting the engine",
    failed: "the engine did not start",
    diverged: (step: number) => `diverged at step ${step}`,
    step: (step: number, epoch: number) => `step ${step}, epoch ${fixed(epoch, 1)}`,
    training: (loss: number, accuracy: number) => `loss ${fixed(loss, 2)}, accuracy ${percent(accuracy)}`,
    validation: (share: number) => `validation ${percent(share)}`,
  },
  widget: {
    label: "Convlab experiment",
    open: "open",
    openHelp: "Open this experiment on its own page",
    loading: "loading…",
  },
};
