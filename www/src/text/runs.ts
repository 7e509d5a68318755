/** Runs. */

import type { Value } from "../engine/types";
import { count } from "../format";

export const runs = {
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
};
