/** What ends a run before its last step, and why it ended. */

import type { Trace } from "../trace";
import type { Pace } from "./pace";

/** 0 is no limit. */
export interface StopRules {
  /** Seconds of training while the page was visible. */
  seconds: number;
  /** Validation accuracy. */
  accuracy: number;
  /** Evaluations without a smaller validation loss. */
  patience: number;
}

export interface Stop {
  rule: keyof StopRules;
  /** The limit that was met. */
  limit: number;
}

export class Stops {
  rules: StopRules = { seconds: 0, accuracy: 0, patience: 0 };
  private seconds = 0;
  private evaluations = 0;
  private reached = false;

  /** Training begins or goes on: what stopped it before does not stop it again at once. */
  arm(pace: Pace, { validation, lastValidation }: Trace): void {
    this.seconds = pace.elapsed;
    this.evaluations = validation.length;
    this.reached = (lastValidation?.accuracy ?? 0) >= this.rules.accuracy;
  }

  met(pace: Pace, { validation, lastValidation }: Trace): Stop | undefined {
    const { seconds, accuracy, patience } = this.rules;
    if (seconds > 0 && pace.elapsed >= seconds * (Math.floor(this.seconds / seconds) + 1)) {
      return { rule: "seconds", limit: seconds };
    }
    const fresh = validation.length - this.evaluations;
    if (accuracy > 0 && fresh > 0 && !this.reached && (lastValidation?.accuracy ?? 0) >= accuracy) {
      return { rule: "accuracy", limit: accuracy };
    }
    const losses = validation.map(({ loss }) => loss);
    const since = losses.length - 1 - losses.indexOf(Math.min(...losses));
    if (patience > 0 && fresh >= patience && since >= patience) return { rule: "patience", limit: patience };
    return undefined;
  }
}
