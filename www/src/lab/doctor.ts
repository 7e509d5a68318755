/** Has the curve doctor read what the current run left behind, now and then. */

import type { Finding } from "../engine/procedures";
import type { Left } from "../engine/proof";
import type { Inspection } from "../engine/types";
import type { Lab } from "../lab";
import type { Run } from "../run";
import { text } from "../text";

/** Fewer steps say nothing. */
const LEAST_STEPS = 40;
const PAUSE_MS = 3000;
const AT_THE_END = ["rate-too-low", "underfit"];

export class Doctor {
  findings: Finding[] = [];
  /** The step that they are about; undefined before the first examination. */
  step: number | undefined;
  private of: unknown;
  private middle: Inspection | undefined;
  private asked = 0;
  private asking = false;

  constructor(private readonly lab: Lab) {}

  get leastSteps(): number {
    return LEAST_STEPS;
  }

  /** Where the surest finding shows in the curves; nothing where nothing is wrong. */
  get evidence(): { from: number; to: number; label: string } | undefined {
    const [first] = this.findings;
    if (!first || first.name === "healthy") return undefined;
    const [from, to] = first.span;
    return { from, to: Math.max(to, from + 1), label: text.doctor.names[first.name] ?? first.name };
  }

  /** Called whenever the run has something new: asks at most every few seconds. */
  consider(): void {
    const { run } = this.lab;
    if (!run) return;
    if (run.trace !== this.of) this.forget(run);
    if (run.inspection && run.step <= run.target / 2) this.middle = run.inspection;
    const ready = run.step >= LEAST_STEPS || run.diverged !== undefined;
    // A long run has more to read, and changes more slowly.
    const rest = run.playing && performance.now() - this.asked < Math.max(PAUSE_MS, run.step);
    if (!ready || this.asking || rest || this.step === this.state(run)) return;
    this.asking = true;
    void this.examine(run);
  }

  private forget(run: Run): void {
    this.of = run.trace;
    this.findings = [];
    this.step = undefined;
    this.middle = undefined;
    this.asked = 0;
  }

  private state(run: Run): number {
    return run.diverged ?? run.step;
  }

  private async examine(run: Run): Promise<void> {
    const { trace } = run;
    const step = this.state(run);
    try {
      const findings = await run.exclusive(() => run.session.diagnose(this.left(run)));
      if (trace !== this.of) return;
      [this.findings, this.step] = [this.sofar(run, findings), step];
      this.lab.changed("doctor");
    } catch {
      // Whatever failed says so itself.
    } finally {
      this.asked = performance.now();
      this.asking = false;
    }
  }

  /** What can only be said of a run that has come to its end is not said before. */
  private sofar(run: Run, findings: Finding[]): Finding[] {
    if (run.step >= run.target || run.diverged !== undefined) return findings;
    const kept = findings.filter(({ name }) => !AT_THE_END.includes(name));
    if (kept.length > 0) return kept;
    const sentence = text.doctor.sofar;
    return [{ name: "healthy", confidence: 0.5, span: [1, run.step], evidence: [], advice: [], sentence }];
  }

  private left(run: Run): Left {
    const { trace } = run;
    const clean = trace.clean.map(({ step, loss, accuracy }) => ({ step, loss, accuracy }));
    const measured = new Set(clean.map(({ step }) => step));
    const val = trace.validation
      .filter(({ step }) => measured.has(step))
      .map(({ step, loss, accuracy }) => ({ step, loss, accuracy }));
    const looks = [run.start, this.middle, run.inspection].filter((look) => look !== undefined);
    return {
      loss: [...trace.loss],
      accuracy: [...trace.accuracy],
      clean,
      val,
      looks: looks.map(({ step, layers }) => ({
        step,
        layers: layers.map(({ name, dead, deviation, gradient }) => ({
          name,
          activation: dead !== null,
          deviation,
          dead,
          gradient,
        })),
      })),
      ...(trace.diverged !== undefined && { diverged: trace.diverged }),
    };
  }
}
