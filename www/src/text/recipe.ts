/** The recipe. */

import type { Setting, Value } from "../engine/types";
import { count, percent, plain, reading, unbroken } from "../format";
import { limit, plural } from "./words";

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

function word(setting: Setting, value: Value): string {
  if (setting.kind === "number") return reading(Number(value));
  const label = setting.choices?.find((choice) => choice.value === String(value))?.label;
  return label ? unbroken(label) : String(value);
}

const name = ({ key, label }: Setting) => short[key] ?? label.toLowerCase();

/** `lr 0.02`, `norm Batch`. */
const phrase = (setting: Setting, value: Value) => `${name(setting)} ${word(setting, value)}`;

/** `lr 0.02 → 0.06`, `norm Batch → None`. */
const turns = (setting: Setting, from: string, to: string) => `${name(setting)} ${from} → ${to}`;

export const recipe = {
  recipe: {
    label: "Recipe",
    close: "Close the recipe",
    /** What stands where before the engine has said it. */
    first: [
      [
        "Images",
        [
          ["Data", "files"],
          ["Training images", "number"],
        ],
      ],
      ["Augment", []],
      ["Model", [["Network", "choice"]]],
      [
        "Init, norm, activation",
        [
          ["Initialization", "choice"],
          ["Normalization", "choice"],
          ["Activation", "choice"],
        ],
      ],
      [
        "Optimizer",
        [
          ["Optimizer", "choice"],
          ["Learning rate", "number"],
          ["Batch size", "number"],
        ],
      ],
      ["Regularize", [["Dropout p", "number"]]],
      ["Run", [["Steps", "number"]]],
    ] as [string, [string, "number" | "choice" | "files"][]][],
    split: (validation: number, test: number) => `${count(validation)} val · ${count(test)} test`,
    undo: (name: string) => `Back to the default: ${name}`,
    takeBack: (name: string) => `Back to what trains now: ${name}`,
    undoAll: "Undo all waiting changes",
    undoAllHelp: "What waits is taken back; what acts already stays",
    takenBack: (name: string, value: string) => `${name} is ${value} again.`,
    nothing: "There is no change to take back. Earlier runs stand in Runs.",
    live: (step: number) => `live since ${count(step)}`,
    waits: "changed: restart",
    thisRun: (value: string) => `(this run: ${value})`,
    waiting: (n: number) => plural(n, "change waits", "changes wait"),
    restart: "Restart as new run",
    misfit: (number: string, word: string) => `Layer ${number}, ${word}, does not fit.`,
    trainsOther: (why: string) => `${why} Play trains the network shown.`,
    cannot: (why: string) => `This cannot start. ${why}`,
    again: "Again from step 0",
    default: "Default experiment",
    defaultHelp: "Every setting as it was at first; a note offers the way back to this run",
    isDefault: "The default experiment is open",
    left: (name: string, step: number) =>
      `${name} stays in Runs. Undo goes on with it from step ${count(step)}.`,
    back: "Undo brings your settings back.",
    more: (names: string[]) =>
      names.length === 1 ? `+ ${names[0]?.toLowerCase()}` : `+ ${names.length} more`,
    less: "less",
    ownLayers: "Layers of your own…",
    layers: "Layers",
    layersExample: "conv16-pool-2xconv32-gap",
    layersHelp: (example: string) =>
      `For example ${example}. Known are conv16, conv16k5s2, res32, plain32, pool, avgpool, gap, dense64, drop and drop2d; 2x in front repeats one.`,
    ends: (name: string) => `${name}: too low, too high`,
    low: "too low",
    high: "too high",
    read: "source",
    block: "Block",
    locks: "Freeze",
    locksHelp: "A locked layer keeps its weights from the next step on.",
    lock: (title: string) => `Freeze ${title}`,
    source: (label: string, title: string) => `Read more about ${label}: ${title}`,
    notNumber: (typed: string) => `“${typed}” is not a number.`,
    outOfRange: (name: string, min: number, max: number) =>
      `${name} goes from ${limit(min)} to ${limit(max)}.`,
    use: (value: number) => `Use ${plain(value)}`,
  },
  change: (setting: Setting, from: Value, to: Value) =>
    turns(setting, word(setting, from), word(setting, to)),
  turns,
  phrase,
  word,
  test: {
    look: "Look at the test images",
    help: "Once, at the very end: who looks often chooses by them.",
    result: (accuracy: number, images: number, looks: number) =>
      `Test ${percent(accuracy)} of ${plural(images, "image", "images")}. ${looks === 1 ? "The first look." : `Look ${looks}: by now it is a second validation split.`}`,
  },
};
