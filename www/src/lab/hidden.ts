/** A tab that nobody sees: training goes on or pauses, as chosen, and the page says which. */

import type { Lab } from "../lab";
import { text } from "../text";

export class Hidden {
  /** Step and seconds at which the tab was hidden, while it trains. */
  private since: { step: number; seconds: number; paused: boolean } | undefined;

  constructor(private readonly lab: Lab) {}

  watch(): void {
    document.addEventListener("visibilitychange", () => (document.hidden ? this.leave() : this.comeBack()));
  }

  private leave(): void {
    const { run, recipe } = this.lab;
    if (!run?.playing) return;
    const paused = recipe.value("hidden") === "pause";
    this.since = { step: run.step, seconds: run.pace.hidden, paused };
    if (paused) void this.lab.pause();
  }

  private comeBack(): void {
    const { since, lab } = this;
    this.since = undefined;
    if (!since || !lab.run) return;
    if (since.paused) {
      lab.notes.say(text.hidden.paused(since.step));
      lab.play();
    } else {
      const { step, pace } = lab.run;
      lab.notes.say(text.hidden.wentOn(step - since.step, pace.hidden - since.seconds));
    }
  }
}
