/** The way to the default experiment, and the way back from it. */

import { messageOf } from "../errors";
import type { Lab } from "../lab";
import { text } from "../text";
import { checkRun } from "./faults";

const DEFAULT = "v=1";

/** Whether nothing is chosen but what trains. */
export const isDefault = ({ link, recipe }: Lab): boolean =>
  recipe.pending.size === 0 && link.replace(/&backend=\w+$/, "") === DEFAULT;

let leaving = false;

/** Opens it; the run that is left stays in the list, and a note offers the way back to its very step. */
export async function toDefault(lab: Lab): Promise<void> {
  if (leaving || isDefault(lab)) return;
  leaving = true;
  await leave(lab).finally(() => {
    leaving = false;
  });
}

async function leave(lab: Lab): Promise<void> {
  const { run, link, choice } = lab;
  const { current } = lab.runs;
  if (!run || !current) return;
  const waiting = [...lab.recipe.pending];
  await lab.pause();
  // Without a checkpoint the way back leads to its first step.
  const checkpoint =
    run.step > 0 ? await run.exclusive(() => run.session.snapshot()).catch(() => undefined) : undefined;
  await lab.open(choice === "auto" ? DEFAULT : `${DEFAULT}&backend=${choice}`);
  const back = async () => {
    await lab.open(link);
    await lab.restart.applying;
    if (checkpoint && lab.run) {
      await lab.run.restore(checkpoint);
      lab.run.trace = current.trace;
      // The network of a divergence is older than what was changed last.
      lab.run.values = { ...current.values };
      lab.runs.resume(current);
      await lab.writeLink();
      checkRun(lab);
    }
    for (const [key, value] of waiting) lab.recipe.pending.set(key, value);
    lab.recipe.check();
    lab.changed("state", "figures");
  };
  lab.notes.add({
    id: "default",
    kind: "info",
    title: text.recipe.isDefault,
    message: checkpoint ? text.recipe.left(current.name, run.step) : text.recipe.back,
    action: {
      label: text.runs.undo,
      act: () => void back().catch((error) => lab.notes.say(messageOf(error))),
    },
  });
}
