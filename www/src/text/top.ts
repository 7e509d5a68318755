/** The bar at the top, and what opens from it. */

export const top = {
  transport: {
    label: "Training",
    reset: "Reset",
    resetHelp: "This experiment again from step 0, with the same seed: the same run (R)",
    play: "Play",
    playHelp: "Train (space)",
    pause: "Pause",
    pauseHelp: "Pause (space)",
    step: "Step",
    stepHelp: "One step (S)",
    speed: "Speed",
    full: "full speed",
    slow: "slow motion",
    stages: "stage by stage",
    stageHelp: "One stage: forward, loss, backward or update (S)",
  },
  stats: { step: "step", epoch: "epoch", validation: "validation", pace: "ms / step" },
  seed: "Seed",
  shuffle: "New seed",
  shuffleHelp: "Another draw of weights, batches and masks",
  backend: {
    label: "Backend",
    why: "Why this backend",
    auto: (name: string) => `Auto: ${name}`,
    autoPlain: "Auto",
    webgpu: "WebGPU",
    cpu: "CPU",
    title: (kind: string) => (kind === "cpu" ? "Training on the CPU" : "Training with WebGPU"),
    device: (name: string) => `Device: ${name}.`,
    unknown: (value: string) =>
      `backend=${value} is not a backend, so the default, auto, is used. Known are auto, webgpu and cpu.`,
  },
  share: {
    label: "Share",
    help: "Copy the link that holds this experiment",
    copied: (waiting: string[]) =>
      waiting.length === 0
        ? "Link copied. Whoever opens it gets this experiment."
        : `Link copied. It holds this run, without what waits for a restart: ${waiting.join(", ")}.`,
    failed: "The browser did not allow copying. The link is in the address bar.",
  },
  embed: {
    label: "Embed",
    help: "The tag that puts this experiment into a page",
    title: "Put this experiment into a page",
    message: "Paste this where the widget should stand. It loads when it scrolls into view.",
    tag: "Tag to copy",
    copy: "Copy the tag",
    copied: "Tag copied.",
    close: "Close",
  },
  theme: "Dark or light",
  more: {
    label: "More",
    about:
      "A small network learns in this page, on your own machine; you change one thing and see what it does.",
  },
  shortcuts: {
    title: "Keyboard",
    help: "What the keys do (?)",
    close: "Close",
    list: [
      ["Space", "play or pause"],
      ["S", "one step, or one stage where Speed says so"],
      [".", "one stage of a step: forward, loss, backward, update"],
      ["R", "reset: the same run again"],
      ["Ctrl Z, ⌘ Z", "take back the last change of a setting; with Shift make it again"],
      ["← →", "move between layers, whose formula Inspect shows, between tabs and between points that open"],
      ["Home End", "the first layer or point, and the last"],
      ["Enter", "choose a layer, and again to go to its formula; open folded ones, or a point's experiment"],
      ["← → PgUp PgDn", "read the curves by one step, or by ten"],
      ["← ↑ ↓ → Space", "on the pad: move the pen, put it down or lift it"],
      ["Esc", "let a layer go, fold layers again, close the recipe"],
      ["?", "this list"],
    ],
  },
};
