/** What a run has met, as notes with a way on. */

import type { Lab } from "../lab";
import type { Run } from "../run";
import { text } from "../text";

export function checkRun(lab: Lab): void {
  const { run, notes } = lab;
  if (!run) return;
  if (run.diverged !== undefined && !notes.has("diverged")) noteDivergence(lab, run, run.diverged);
  const { problem } = run;
  if (!problem) return;
  run.problem = undefined;
  lab.compiling.end();
  if (problem.kind === "lost") noteLoss(lab, run, problem.message);
  else if (problem.kind === "recovered") noteRecovery(lab, run, problem);
  else notes.add({ id: "worker", kind: "bad", title: text.worker.stopped, message: problem.message });
}

/** What draws the first weights. */
const FIRST = ["init", "gain", "head"];

function noteDivergence(lab: Lab, run: Run, step: number): void {
  const lr = goodRate(run);
  const { defaults } = run.description;
  // The loss of step 1 is older than any update: no rate can mend it.
  const cure = step > 1 ? { lr } : Object.fromEntries(FIRST.map((key) => [key, defaults[key] ?? ""]));
  lab.notes.add({
    id: "diverged",
    kind: "bad",
    title: text.diverged.title(step),
    message: text.diverged.message(step),
    action: {
      label: step > 1 ? text.diverged.again(lr) : text.diverged.usual,
      act: () => void lab.restart.with(cure).then(() => lab.play()),
    },
  });
}

/** The learning rate before it was raised, else the default, else a third. */
export function goodRate(run: Run): number {
  const lr = Number(run.values.lr);
  const raised = run.trace.marks.findLast(({ key, from, to }) => key === "lr" && Number(from) < Number(to));
  const good = Number(raised?.from ?? run.description.defaults.lr);
  return good < lr ? good : Number((lr / 3).toPrecision(1));
}

function noteLoss(lab: Lab, run: Run, why: string): void {
  lab.notes.add({
    id: "worker",
    kind: "bad",
    title: text.device.stopped,
    message: text.device.safe(run.safe ?? 0, why),
    action: { label: text.device.again, act: () => void run.recover() },
    other: { label: text.device.cpu, act: () => void run.recover("cpu") },
  });
}

function noteRecovery(
  lab: Lab,
  run: Run,
  { message, cause }: { message: string; cause?: "engine" | "device" },
): void {
  const onCpu = run.session.backend.kind === "cpu";
  const device = onCpu ? text.device.onCpu : text.device.recovered;
  lab.notes.add({
    id: "worker",
    kind: "warn",
    title: cause === "device" ? device : text.worker.recovered,
    message: text.worker.goesOn(run.step, message),
  });
  lab.changed("recipe");
}
