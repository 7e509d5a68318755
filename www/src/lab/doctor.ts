/** Has the curve doctor read what the current run left behind, now and then. */

import type { Finding } from "../engine/procedures";
import type { Left } from "../engine/proof";
import type { Inspection } from "../engine/types";
import type { Lab } from "../lab";
import { layerNames } from "../layer-names";
import type { Run } from "../run";
import { HEALTHY } from "../run/zone";
import { text } from "../text";
import type { Point } from "../trace";

/** Fewer steps say nothing. */
const LEAST_STEPS = 40;
/** A long run has more to read, and changes more slowly. */
const PAUSE_MS_PER_STEP = 0.1;
/** Half of a healthy map lies on the empty border of its image. */
const MANY_DEAD = 0.75;
const AT_THE_END = ["rate-too-low", "underfit"];
/** Nothing to mend, or not yet. */
const CALM = ["healthy", "unsure"];

/** What can be cured comes before what only follows from it. */
const curable = ({ advice }: Finding) => Number(advice.length > 0);

export class Doctor {
  findings: Finding[] = [];
  /** The step that they are about; undefined before the first examination. */
  step: number | undefined;
  private of: unknown;
  private middle: Inspection | undefined;
  /** The newest evaluation that was read, and what was found then. */
  private read: Point | undefined;
  private found: string[] = [];
  private asked = 0;
  private asking = false;

  constructor(private readonly lab: Lab) {}

  get leastSteps(): number {
    return LEAST_STEPS;
  }

  /** Where the surest finding shows in the curves; nothing where nothing is wrong. */
  get evidence(): { from: number; to: number; label: string } | undefined {
    const [first] = this.findings;
    if (!first || CALM.includes(first.name)) return undefined;
    const [from, to] = first.span;
    return { from, to: Math.max(to, from + 1), label: text.doctor.names[first.name] ?? first.name };
  }

  /** Called whenever the run has something new: reads at each evaluation, and where the run rests. */
  consider(): void {
    const { run } = this.lab;
    if (!run) return;
    if (run.trace !== this.of) this.forget(run);
    if (run.inspection && run.step <= run.target / 2) this.middle = run.inspection;
    const ready = run.step - run.trace.start >= LEAST_STEPS || run.diverged !== undefined;
    const evaluated = this.read !== run.trace.lastValidation;
    const soon = performance.now() - this.asked < PAUSE_MS_PER_STEP * run.step;
    const rest = run.playing ? soon || !evaluated : this.step === this.state(run) && !evaluated;
    if (!ready || this.asking || rest) return;
    this.asking = true;
    void this.examine(run);
  }

  private forget(run: Run): void {
    this.of = run.trace;
    this.findings = [];
    this.step = undefined;
    this.middle = undefined;
    this.read = undefined;
    this.found = [];
    this.asked = 0;
  }

  private state(run: Run): number {
    return run.diverged ?? run.step;
  }

  private async examine(run: Run): Promise<void> {
    const { trace } = run;
    try {
      const { findings, step, evaluation } = await run.exclusive(async () => ({
        step: this.state(run),
        evaluation: trace.lastValidation,
        findings: await run.session.diagnose(this.left(run)),
      }));
      if (trace !== this.of) return;
      [this.findings, this.step, this.read] = [this.told(run, findings), step, evaluation];
      this.lab.changed("doctor");
    } catch {
      // Whatever failed says so itself.
    } finally {
      this.asked = performance.now();
      this.asking = false;
    }
  }

  /**
   * What is shown of it. While a run goes on, nothing that shows only at its end; what is found for the first
   * time and not certain is not named, because one evaluation may be chance, but then the run is not called well
   * either.
   */
  private told(run: Run, findings: Finding[]): Finding[] {
    const before = this.found;
    this.found = findings.map(({ name }) => name);
    const ended = run.step >= run.target || run.diverged !== undefined;
    const found = findings.filter(({ name }) => name !== "healthy" && (ended || !AT_THE_END.includes(name)));
    const kept = found.filter(
      ({ name, confidence }) => !run.playing || ended || before.includes(name) || confidence === 1,
    );
    if (kept.length > 0) return kept.sort((a, b) => curable(b) - curable(a));
    return [found.length > 0 ? this.unsure(run) : this.healthy(run, ended)];
  }

  /** Nothing wrong, and what the strip warns of all the same. */
  private healthy(run: Run, ended: boolean): Finding {
    const { inspection } = run;
    const layers = inspection?.layers ?? [];
    const high = layers.filter(({ update }) => (update ?? 0) > HEALTHY[1]).length;
    const dead = Math.max(0, ...layers.map((layer) => layer.dead ?? 0));
    const sentence = [
      ended ? text.doctor.well : text.doctor.sofar,
      ...(high > 0 ? [text.doctor.high(high)] : []),
      ...(dead > MANY_DEAD ? [text.doctor.dead(dead)] : []),
    ].join(" ");
    return { ...this.calm(run), name: "healthy", confidence: ended ? 0.8 : 0.5, sentence };
  }

  private unsure(run: Run): Finding {
    return { ...this.calm(run), name: "unsure", confidence: 0.5, sentence: text.doctor.unsure };
  }

  /** What to read where nothing is to be mended: numbers that stand on the chart. */
  private calm({ trace, step }: Run): Pick<Finding, "span" | "evidence" | "advice"> {
    const { clean, lastValidation } = trace;
    const at = lastValidation?.step ?? 0;
    const known = [
      [text.doctor.clean(at), clean.findLast((point) => point.step === at)?.accuracy],
      [text.doctor.validation(at), lastValidation?.accuracy],
    ] as const;
    const evidence = known.flatMap(([name, value]): Finding["evidence"] =>
      value === undefined ? [] : [[name, value]],
    );
    return { span: [1, step], evidence, advice: [] };
  }

  private left(run: Run): Left {
    const { trace } = run;
    const clean = trace.clean.map(({ step, loss, accuracy }) => ({ step, loss, accuracy }));
    const measured = new Set(clean.map(({ step }) => step));
    const val = trace.validation
      .filter(({ step }) => measured.has(step))
      .map(({ step, loss, accuracy }) => ({ step, loss, accuracy }));
    const names = layerNames(run.description.layers);
    const looks = [run.start, this.middle, run.inspection].filter((look) => look !== undefined);
    return {
      loss: [...trace.loss],
      accuracy: [...trace.accuracy],
      clean,
      val,
      looks: looks.map(({ step, layers }) => ({
        step,
        layers: layers.map(({ name, dead, deviation, gradient }) => ({
          name: names.get(name) ?? name,
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
