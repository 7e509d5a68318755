/** Every word the page says. */

import type { Setting, Value } from "./engine/types";
import { count, fixed, percent, plain } from "./format";

const plural = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`;

const short: Record<string, string> = {
  lr: "lr",
  p: "p",
  norm: "norm",
  act: "activation",
  init: "init",
  opt: "optimizer",
  net: "net",
  batch: "batch",
  wd: "weight decay",
  train: "images",
};

const share = (part: number) => `${plain(Number((100 * part).toPrecision(3)))} %`;
const sentence = (words: string) => words.replace(/[.!?]?$/, ".");

/** A bound as it is read: whole numbers in groups of three digits. */
const limit = (value: number) => (Number.isInteger(value) ? count(value) : plain(value));

function word(setting: Setting, value: Value): string {
  if (setting.kind === "number") return plain(Number(value));
  return setting.choices?.find((choice) => choice.value === String(value))?.label ?? String(value);
}

export const text = {
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

  transport: {
    label: "Training",
    reset: "Reset",
    resetHelp: "Back to step 0 with the same seed: the same run again (R)",
    play: "Play",
    playHelp: "Train (space)",
    pause: "Pause",
    pauseHelp: "Pause (space)",
    step: "Step",
    stepHelp: "One step (S)",
    speed: "Speed",
    full: "full speed",
    slow: "slow motion",
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
    copied: "Link copied. Whoever opens it gets this experiment.",
    failed: "The browser did not allow copying. The link is in the address bar.",
  },
  embed: {
    label: "Embed",
    help: "The tag that puts this experiment into a page",
    title: "Put this experiment into a page",
    message: "Paste both lines where the widget should stand. It loads when it scrolls into view.",
    tag: "Tag to copy",
    copy: "Copy the tag",
    copied: "Tag copied.",
    close: "Close",
  },
  theme: "Dark or light",
  shortcuts: {
    title: "Keyboard",
    close: "Close",
    list: [
      ["Space", "play or pause"],
      ["S", "one step"],
      ["R", "reset: the same run again"],
      ["← →", "move between layers, in the strip"],
      ["Enter", "choose a layer, or open folded ones"],
      ["Esc", "fold layers again, close the recipe"],
      ["?", "this list"],
    ],
  },

  recipe: {
    label: "Recipe",
    split: (validation: number, test: number) => `${count(validation)} val · ${count(test)} test`,
    undo: (name: string) => `Back to the default: ${name}`,
    undoAll: "Undo all waiting changes",
    live: (step: number) => `live since ${count(step)}`,
    waits: "changed: restart",
    thisRun: (value: string) => `(this run: ${value})`,
    waiting: (n: number) => plural(n, "change waits", "changes wait"),
    restart: "Restart as new run",
    more: (names: string[]) =>
      names.length === 1 ? `+ ${names[0]?.toLowerCase()}` : `+ ${names.length} more`,
    less: "less",
    source: (label: string, title: string) => `Read more about ${label}: ${title}`,
    notNumber: (typed: string) => `“${typed}” is not a number.`,
    outOfRange: (name: string, min: number, max: number) =>
      `${name} goes from ${limit(min)} to ${limit(max)}.`,
    use: (value: number) => `Use ${plain(value)}`,
  },

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

  curves: {
    label: "Curves",
    loss: "Loss",
    accuracy: "Accuracy",
    train: "train",
    clean: "train, clean",
    cleanShort: "clean",
    validation: "validation",
    guessLoss: (classes: number) => `guessing: ln ${classes}`,
    guessAccuracy: (classes: number) => `guessing: ${fixed(100 / classes, 0)} %`,
    table: "Data table",
    chart: "Chart",
    step: "step",
    empty: "No step yet. Press Play.",
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
  },

  inspect: {
    label: "Inspect",
    batch: "Next batch",
    plan: "Plan",
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
    right: "right",
    wrong: "wrong",
    before: (step: number) => `The first images of the batch that step ${count(step)} trains on.`,
    after: (right: number, n: number, step: number) =>
      `The net reads ${right} of these ${n} right, before step ${count(step)} trains on them.`,
    classImage: (name: string) => `an image labelled ${name}`,
    planLabel: "The plan of one training step",
    planLoading: "Printing the plan…",
  },
  pace: {
    elapsed: (time: string) => `${time} trained`,
    remaining: (time: string) => `about ${time} left`,
    speed: (n: string) => `${n} images / s`,
    hidden: "Training goes on in a hidden tab; that time is shown apart.",
    hiddenTime: (time: string) => `+ ${time} in a hidden tab`,
  },

  runs: {
    label: "Runs",
    now: "now",
    defaults: "the default experiment",
    same: "the same again",
    anotherSeed: "only the seed differs",
    seed: (seed: Value) => `seed ${seed}`,
    step: (step: number) => `step ${count(step)}`,
    reopen: (name: string) => `Open the experiment of ${name} again`,
    remove: (name: string) => `Remove ${name} from the list`,
    empty:
      "Change one thing and press Restart as new run: the run you leave is kept here, and its curve stays on the chart.",
    try: "Show me with learning rate × 3",
    diverged: (step: number) => `diverged at ${count(step)}`,
  },

  pad: {
    label: "Draw a digit",
    clear: "Clear",
    canvas: "Drawing area: arrow keys move the pen, space puts it down or lifts it",
    hint: "Draw here",
    bars: "Answer of the net",
    seen: "As the net sees it",
    start: "Draw with the pointer, or with arrow keys and space.",
    sentence: (side: number, best: string, second: string) =>
      `as the net sees it: ${side} × ${side}, centred by mass. It says ${best}; second guess ${second}.`,
    tiny: "< 1 %",
  },

  nav: {
    label: "Cards",
    curves: "Curves",
    network: "Network",
    inspect: "Inspect",
    runs: "Runs",
    draw: "Draw",
    recipe: "Recipe",
  },

  notes: { label: "Notes", close: "Close" },
  files: {
    open: "Open files",
    help: "MNIST and CIFAR-10 files, NumPy arrays, zips. They are read here and sent nowhere.",
    folder: "Open a folder",
    folderHelp: "Pictures in folders: each folder's name is a class. They are read here and sent nowhere.",
    reading: (files: number) => `Reading ${plural(files, "file", "files")}`,
    progress: (done: number, total: number) => `${count(done)} of ${count(total)} pictures`,
    cancel: "Cancel",
    failed: "These files cannot be used",
    notes: "About these images",
  },
  test: {
    look: "Look at the test images",
    help: "Once, at the very end: who looks often chooses by them.",
    result: (accuracy: number, images: number, looks: number) =>
      `Test ${percent(accuracy)} of ${plural(images, "image", "images")}. ${looks === 1 ? "The first look." : `Look ${looks}: by now it is a second validation split.`}`,
  },
  problem: {
    link: (n: number) =>
      n === 1 ? "One word of this link could not be used" : `${n} words of this link could not be used`,
    setting: (n: number) =>
      n === 1 ? "One setting cannot be used as it is" : `${n} settings cannot be used as they are`,
  },
  failed: {
    title: "The engine did not start",
    network: "Its files could not be loaded. Check the connection, then try again.",
    again: "Try again",
  },
  worker: {
    recovered: "The engine was started again",
    goesOn: (step: number, why: string) => `${sentence(why)} The run goes on from step ${count(step)}.`,
    stopped: "Training stopped",
  },
  device: {
    stopped: "The graphics device failed",
    safe: (step: number, why: string) => `${sentence(why)} The run is safe up to step ${count(step)}.`,
    again: "Continue",
    cpu: "Continue on the CPU",
    recovered: "The graphics device was started again",
    onCpu: "Training goes on on the CPU",
  },
  diverged: {
    title: (step: number) => `Diverged at step ${count(step)}`,
    message: (step: number) =>
      `The weights grew without limit. Up to step ${count(Math.max(0, step - 1))} everything is kept.`,
    blocked: (step: number) =>
      `Diverged at step ${count(step)}: there is no next step. Reset, or restart with a lower learning rate.`,
    again: (lr: number) => `Again with lr ${plain(lr)}`,
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

  /** `lr 0.02 → 0.06`, `norm Batch → None`. */
  change: (setting: Setting, from: Value, to: Value) =>
    `${short[setting.key] ?? setting.label.toLowerCase()} ${word(setting, from)} → ${word(setting, to)}`,
  word,

  widget: {
    label: "Convlab experiment",
    open: "open",
    openHelp: "Open this experiment on its own page",
    loading: "loading…",
  },
};
