/** Stages, stop rules and hidden tabs. */

import { count, percent, plain } from "../format";
import type { Stage } from "../run/stages";
import type { Stop } from "../run/stops";
import { plural } from "./words";

const limits = {
  seconds: (limit: number) => `${count(limit)} s`,
  accuracy: (limit: number) => percent(limit, 0),
  patience: (limit: number) => plural(limit, "evaluation", "evaluations"),
};

export const time = {
  own: {
    seconds: {
      label: "Time limit",
      help: "Seconds of visible training. 0: none.",
    },
    accuracy: {
      label: "Target accuracy",
      help: "Validation accuracy that ends it. 0: none.",
    },
    patience: {
      label: "Patience",
      help: "Evaluations without a better loss. 0: any.",
    },
    hidden: {
      label: "Hidden tab",
      help: "What training does while nobody sees it.",
      choices: [
        { value: "on", label: "goes on", help: "Its time is counted apart from training time." },
        { value: "pause", label: "pauses", help: "It goes on when you come back." },
      ],
    },
  },
  hidden: {
    paused: (step: number) => `Paused at step ${count(step)} while the tab was hidden. It goes on.`,
    wentOn: (steps: number, seconds: number) =>
      `${plural(steps, "step", "steps")} in the hidden tab, ${plain(Number(seconds.toFixed(1)))} s: counted apart.`,
  },
  stop: {
    unknown: (word: string) =>
      `stop=${word} cannot be read, so nothing but the steps ends the run. It goes like stop=seconds.60,accuracy.0.95,patience.5.`,
    mark: ({ rule, limit }: Stop) =>
      ({
        seconds: `stopped: ${limits.seconds(limit)}`,
        accuracy: `stopped: ${limits.accuracy(limit)} reached`,
        patience: `stopped: no better for ${limits.patience(limit)}`,
      })[rule],
    sentence: ({ rule, limit }: Stop, step: number) =>
      ({
        seconds: `Stopped at step ${count(step)}: ${limits.seconds(limit)} of training. Play goes on.`,
        accuracy: `Stopped at step ${count(step)}: validation reached ${limits.accuracy(limit)}. Play goes on.`,
        patience: `Stopped at step ${count(step)}: no better loss for ${limits.patience(limit)}. Play goes on.`,
      })[rule],
  },
  recorded: {
    name: "a recording",
    why: "the default run, until the engine is ready",
    status: "starting the engine; a recording of the default run is playing",
  },
  stages: {
    label: "Stages of this step",
    names: { forward: "forward", loss: "loss", backward: "backward", update: "update" } as Record<
      Stage,
      string
    >,
    said: (stage: Stage, step: number) => `${stage} of step ${count(step)}`,
    help: {
      forward: "every layer has its values",
      loss: "answers met their labels",
      backward: "weights have gradients",
      update: "all weights have moved",
    } as Record<Stage, string>,
  },
};
