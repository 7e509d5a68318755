/** The four stages of a training step. */

export const STAGES = ["forward", "loss", "backward", "update"] as const;

export type Stage = (typeof STAGES)[number];

/** How Play and Step go on: turns of many steps, one step at a time, or one stage at a time. */
export const SPEEDS = ["full", "slow", "stages"] as const;

export type Speed = (typeof SPEEDS)[number];

/** The stage after another one; after the update the next step begins. */
export const stageAfter = (stage: Stage | undefined): Stage =>
  STAGES[stage === undefined ? 0 : (STAGES.indexOf(stage) + 1) % STAGES.length] ?? "forward";
