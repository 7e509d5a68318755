/** What a tab shows of the session: asked for when it opens, and again when the run has moved on. */

import { lab } from "../../lab";
import type { Run } from "../../run";

/** At most this often while the run trains, and this share of the time. */
const PAUSE_MS = 700;
const SHARE = 0.15;

export class Asked<T> {
  value: T | undefined;
  /** The step that it belongs to. */
  step = 0;
  private of = "";
  private about: unknown;
  private asking = false;
  private asked = 0;
  private cost = 0;

  constructor(
    private readonly ask: (run: Run) => Promise<T>,
    private readonly changed: () => void,
  ) {}

  /** Asks again if the answer is old; `key` is whatever else it depends on. */
  refresh(key = ""): void {
    const { run } = lab;
    if (!run || this.asking || document.hidden) return;
    const of = `${run.description.link} ${run.step} ${run.diverged ?? ""} ${key}`;
    // Every restart brings another description, and may bring another network.
    if (run.description !== this.about) this.value = undefined;
    else if (of === this.of) return;
    const since = performance.now() - this.asked;
    if (run.playing && this.value && since < Math.max(PAUSE_MS, this.cost / SHARE)) return;
    [this.about, this.of, this.asking] = [run.description, of, true];
    void this.fetch(run);
  }

  private async fetch(run: Run): Promise<void> {
    const { step } = run;
    const started = performance.now();
    try {
      const value = await run.exclusive(() => this.ask(run));
      if (run !== lab.run || run.description !== this.about) return;
      [this.value, this.step] = [value, step];
    } catch {
      // A session that was left has nothing to say, and one that failed says so itself.
    } finally {
      this.asked = performance.now();
      this.cost = this.asked - started;
      this.asking = false;
      this.changed();
    }
  }
}
