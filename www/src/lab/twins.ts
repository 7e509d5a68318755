/** What the arms of a study reported, as the runs that they are. */

import type { Procedures } from "../engine/procedures";
import { Trace } from "../trace";

export type Row = Procedures["study"]["row"];
export type Pair = [Trace, Trace];
type Ended = Procedures["study"]["outcome"]["arms"][number]["runs"][number];

/** Adds rows to the two traces of their seeds. */
export function grow(traces: Map<number, Pair>, rows: Row[], stepsPerEpoch: number): void {
  for (const { seed, step, loss, accuracy } of rows) {
    const pair = traces.get(seed) ?? [new Trace(), new Trace()];
    traces.set(seed, pair);
    for (const [arm, trace] of pair.entries()) {
      const [a, b] = [loss[arm], accuracy[arm]];
      // An arm that has diverged reports nothing more.
      if (a == null || b == null) continue;
      trace.add([{ step, epoch: step / stepsPerEpoch, loss: a, accuracy: b, lr: 0 }]);
    }
  }
}

/** Puts at the end of a trace what became of its run. */
export function finish(trace: Trace, { validation, diverged }: Partial<Ended> = {}): void {
  if (validation) trace.validation.push({ step: trace.step, ...validation });
  if (diverged != null) trace.diverged = diverged;
}
