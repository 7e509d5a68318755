/** How fast a run is, and how long it has taken. */

/** Wall time of one turn, so that the page can speak between turns. */
const TURN_MS = 160;
/** A turn of so many steps counts fully, a shorter one in part. */
const FULL_TURN = 50;

export class Pace {
  msPerStep = 0;
  /** Seconds of training while the page was visible. */
  elapsed = 0;
  /** Seconds that went by in a hidden tab. */
  hidden = 0;

  /** Steps that fit a turn. */
  get turnSteps(): number {
    return this.msPerStep ? Math.round(TURN_MS / this.msPerStep) : 1;
  }

  /** A turn has made so many steps in so many milliseconds. */
  count(ms: number, steps: number): void {
    if (steps === 0) return;
    const each = ms / steps;
    const share = Math.min(1, Math.max(0.2, steps / FULL_TURN));
    this.msPerStep = this.msPerStep ? this.msPerStep + share * (each - this.msPerStep) : each;
  }

  /** Looking and evaluating included. */
  spend(seconds: number, visible: boolean): void {
    if (visible) this.elapsed += seconds;
    else this.hidden += seconds;
  }

  /** Seconds for so many further steps, at the pace so far. */
  remaining(steps: number, done: number): number {
    const trained = this.elapsed + this.hidden;
    const each = trained && done ? trained / done : this.msPerStep / 1000;
    return Math.max(0, steps) * each;
  }
}
