/** Starting again: as it is, with changes, or as a new run beside the one that is left. */

import type { Experiment } from "../engine/experiment";
import type { Value } from "../engine/types";
import { messageOf } from "../errors";
import type { Lab } from "../lab";
import { text } from "../text";
import type { Patch } from "./recipe";

export class Restart {
  private waits = false;
  private patch: Patch | undefined;
  /** Resolves when everything asked for has been applied; undefined while nothing is. */
  applying: Promise<void> | undefined;

  constructor(private readonly lab: Lab) {}

  /** Starts again with a patch, or as it is. What arrives meanwhile is joined. */
  apply(patch?: Patch): void {
    const { lab } = this;
    if (patch) this.patch = { ...this.patch, ...patch };
    lab.recipe.asked = { ...lab.recipe.asked, ...patch };
    this.waits = true;
    this.applying ??= this.applyAll().finally(() => {
      this.applying = undefined;
      lab.recipe.asked = {};
      lab.changed("recipe");
      lab.playIfWanted();
    });
  }

  private async applyAll(): Promise<void> {
    const { lab } = this;
    while (this.waits && lab.run) {
      const { run } = lab;
      const { patch } = this;
      this.patch = undefined;
      this.waits = false;
      try {
        await run.restart(patch as Experiment);
        if (run !== lab.run) continue;
        lab.notes.problems("setting", lab.recipe.answer(patch ?? {}, run.description.problems));
        lab.notes.images(run.description.notes);
      } catch (error) {
        lab.compiling.end();
        // Another link was opened meanwhile, and its run has taken the place of this one.
        if (run !== lab.run) continue;
        if (!patch) lab.fail(error);
        const message = messageOf(error);
        for (const [key, value] of Object.entries(patch ?? {})) {
          lab.recipe.invalid.set(key, { value: String(value), message });
        }
      }
      if (lab.runs.current) lab.runs.current.trace = run.trace;
      else lab.runs.begin(run);
      await lab.writeLink();
      lab.changed("state", "recipe", "figures");
    }
  }

  /** Starts a new run with everything the recipe shows; the run that is left goes to the list. */
  async asNew(): Promise<void> {
    const { recipe, notes } = this.lab;
    await recipe.checked;
    if (recipe.blocked) notes.say(text.recipe.cannot(recipe.blocked));
    else await this.with(Object.fromEntries(recipe.pending));
  }

  /** Starts a new run with these things changed and no others; what waits beside them goes on waiting. */
  async with(patch: Patch): Promise<void> {
    const { lab } = this;
    const { run } = lab;
    if (!run) return;
    const wasPlaying = run.playing;
    await run.pause();
    const live = Object.fromEntries(run.trace.marks.map(({ key }) => [key, run.values[key] as Value]));
    for (const key of Object.keys(patch)) lab.recipe.pending.delete(key);
    lab.notes.dismiss("diverged", "worker");
    lab.runs.keep();
    this.apply({ ...live, ...patch });
    await this.applying;
    lab.recipe.check();
    if (wasPlaying) lab.play();
  }
}
