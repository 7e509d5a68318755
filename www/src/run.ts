/** Drives one session: plays, pauses, steps, evaluates and looks. Knows no page and no address bar. */

import type { Experiment } from "./engine/experiment";
import { faultOf } from "./engine/faults";
import type {
  BackendChoice,
  Batch,
  Description,
  EngineStatus,
  Evaluation,
  Inspection,
  LayerView,
  Session,
  Value,
} from "./engine/types";
import { changesIn } from "./link";
import { Trace } from "./trace";

/** Wall time of one turn, so that the page can speak between turns. */
const TURN_MS = 160;
/** Figures and pictures are asked for at most this often. */
const LOOK_MS = 250;
const BATCH_LOOK_MS = 1000;
/** Feature maps of a layer. */
const CHANNELS = 8;
/** Pause between two steps in slow motion. */
const SLOW_MS = 700;
const EVALUATE_EVERY = 50;
const EARLY_EVALUATIONS = [10, 25];
/** Evaluating and looking take at most this share of the time. */
const LOOKING_SHARE = 0.2;
/** Training images of the clean curve. */
const CLEAN_IMAGES = 250;
/** Before any step a net guesses; a few images show it. */
const FIRST_IMAGES = 200;
/** A pause is followed by an evaluation only where that is short. */
const SHORT_EVALUATION_MS = 800;

export type Topic = "figures" | "pictures" | "state";

export interface RunOptions {
  changed(topic: Topic): void;
  visible(): boolean;
  /** Whether statistics and feature maps are wanted; they are by default. */
  pictures?: boolean;
  /** Images of the next batch; 0 for none. */
  nextBatch?: number;
}

export class Run {
  trace = new Trace();
  description: Description;
  values: Record<string, Value>;
  playing = false;
  /** Paused, but the last turn still brings its steps. */
  ending = false;
  slow = false;
  /** The newest look, and the one before any step. */
  inspection: Inspection | undefined;
  start: Inspection | undefined;
  batch: Batch | undefined;
  /** Step of the batch: the one that would be trained on next. */
  batchStep = 0;
  /** What went wrong last, until somebody has read it. */
  problem:
    | { kind: "stopped" | "lost" | "recovered"; message: string; cause?: "engine" | "device" }
    | undefined;
  /** The step that is safe while the device is gone; undefined while there is one. */
  safe: number | undefined;
  msPerStep = 0;
  /** Seconds of training while the page was visible. */
  elapsed = 0;
  /** Seconds that went by in a hidden tab. */
  hidden = 0;
  target: number;
  /** The last look at the test images. */
  test: Evaluation | undefined;

  private evaluateMs = 0;
  private lookMs = 0;
  private looked = 0;
  private batchLooked = 0;
  private nextEvaluation = 0;
  private interrupted = false;
  private scheduled: ReturnType<typeof changesIn> = [];
  private abort = new AbortController();
  private loop: Promise<void> = Promise.resolve();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    readonly session: Session,
    private readonly options: RunOptions,
  ) {
    this.description = session.description;
    this.values = { ...this.description.values };
    this.target = this.budget;
    session.onstatus = (status) => this.hear(status);
  }

  get step(): number {
    return this.trace.step;
  }

  get diverged(): number | undefined {
    return this.trace.diverged;
  }

  get budget(): number {
    return Number(this.values.steps ?? 1000);
  }

  get samplesPerSecond(): number {
    return this.msPerStep ? (1000 * Number(this.values.batch ?? 1)) / this.msPerStep : 0;
  }

  /** Seconds to the target at the pace so far. */
  get remaining(): number {
    const trained = this.elapsed + this.hidden;
    const pace = trained && this.step ? trained / this.step : this.msPerStep / 1000;
    return Math.max(0, this.target - this.step) * pace;
  }

  /** One request at a time: what asks meanwhile waits for the end of the turn. */
  exclusive<T>(ask: () => Promise<T>): Promise<T> {
    const answer = this.queue.then(ask);
    this.queue = answer.catch(() => undefined);
    return answer;
  }

  play(): void {
    if (this.playing || this.diverged !== undefined) return;
    this.problem = undefined;
    if (this.safe !== undefined) return void this.recover();
    if (this.step >= this.target) this.target = this.step + this.budget;
    this.playing = true;
    this.interrupted = false;
    this.begin(async () => {
      while (this.playing) {
        await this.turn(this.slow ? 1 : this.turnSteps());
        if (this.slow && this.playing) await this.rest(SLOW_MS);
      }
    });
  }

  /** Exactly one step, then a full look. */
  async stepOnce(): Promise<void> {
    await this.pause();
    if (this.diverged !== undefined) return;
    if (this.safe !== undefined) await this.recover(undefined, false);
    this.target = Math.max(this.target, this.step + 1);
    this.begin(() => this.turn(1));
    await this.loop;
  }

  /** Resolves when the running turn has ended. */
  async pause(): Promise<void> {
    if (this.playing) {
      this.playing = false;
      this.ending = true;
      this.abort.abort();
      this.options.changed("state");
      await this.session.pause().catch(() => undefined);
    }
    await this.loop;
  }

  /** Back to step 0: the same run again, or with changed settings. */
  async restart(patch?: Record<string, Value>): Promise<void> {
    await this.pause();
    this.interrupted = false;
    this.safe = undefined;
    this.description = await this.exclusive(() => this.session.restart(patch as Experiment));
    this.values = { ...this.description.values };
    this.trace = new Trace();
    this.msPerStep = 0;
    this.elapsed = 0;
    this.hidden = 0;
    this.nextEvaluation = 0;
    this.target = this.budget;
    this.start = undefined;
    this.test = undefined;
    this.options.changed("state");
    await this.prepare();
  }

  /** The picture before any step, and what guessing gives. */
  async prepare(): Promise<void> {
    this.scheduled = changesIn(await this.session.link());
    await this.look(true);
    void this.evaluate().catch((error: unknown) => this.fail(error));
  }

  /** The device was gone: on from the last checkpoint, on a new one or on another backend. */
  async recover(backend?: BackendChoice, play = true): Promise<void> {
    this.interrupted = play;
    await this.session.recover(backend);
  }

  /** A setting that acts at the next step. */
  async set(key: string, value: number): Promise<void> {
    const from = this.values[key] ?? value;
    if (from === value) return;
    this.values[key] = value;
    const { appliesAt } = await this.session.set({ [key]: value });
    const same = this.trace.marks.find((mark) => mark.step === appliesAt && mark.key === key);
    if (same) same.to = value;
    else this.trace.marks.push({ step: appliesAt, key, from, to: value });
    this.options.changed("state");
  }

  /** Statistics, feature maps and the next batch of this moment. */
  async look(full = false): Promise<void> {
    const { pictures = true, nextBatch = 0 } = this.options;
    if (!pictures) return;
    const now = performance.now();
    const wantsBatch = nextBatch > 0 && (full || now - this.batchLooked > BATCH_LOOK_MS);
    const inspection = await this.exclusive(() =>
      this.session.inspect({
        stats: true,
        predictions: true,
        maps: { image: 0, channels: CHANNELS },
        ...(wantsBatch && { nextBatch }),
      }),
    );
    this.looked = performance.now();
    this.lookMs = this.looked - now;
    inspection.layers = inspection.layers.map(withNulls);
    this.inspection = inspection;
    if (this.step === 0) this.start = inspection;
    if (inspection.nextBatch) {
      this.batch = inspection.nextBatch;
      this.batchStep = this.step;
      this.batchLooked = this.looked;
    }
    this.options.changed("pictures");
  }

  async evaluate(): Promise<void> {
    const { step, trace } = this;
    const started = performance.now();
    const limit = step === 0 ? { limit: FIRST_IMAGES } : {};
    const validation = await this.exclusive(() => this.session.evaluate({ split: "validation", ...limit }));
    trace.validation.push({ step, ...validation });
    if (step > 0) {
      const clean = await this.exclusive(() =>
        this.session.evaluate({ split: "train", limit: CLEAN_IMAGES }),
      );
      trace.clean.push({ step, ...clean });
      this.evaluateMs = performance.now() - started;
    }
    this.nextEvaluation = this.evaluationAfter(step);
    this.options.changed("figures");
  }

  /** The test images are for one look; the session counts them. */
  async lookAtTest(): Promise<void> {
    this.test = await this.exclusive(() => this.session.evaluate({ split: "test" }));
    this.options.changed("state");
  }

  private begin(work: () => Promise<void>): void {
    this.abort = new AbortController();
    this.options.changed("state");
    const loop = work()
      .then(() => this.finish())
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        // Play may have been pressed while the end of this was still being looked at.
        if (this.loop !== loop) return;
        this.playing = false;
        this.ending = false;
        this.options.changed("state");
      });
    this.loop = loop;
  }

  /** Changes that the link brought come at their steps, and are marked as those made by hand. */
  private replay(): void {
    const due = this.scheduled.filter(({ step }) => step < this.step);
    if (due.length === 0) return;
    this.scheduled = this.scheduled.filter(({ step }) => step >= this.step);
    for (const { step, key, value } of due) {
      this.trace.marks.push({ step, key, from: this.values[key] ?? value, to: value });
      this.values[key] = value;
    }
    this.options.changed("state");
  }

  private async turn(steps: number): Promise<void> {
    const started = performance.now();
    const before = this.step;
    const end = await this.exclusive(() =>
      this.session.advance(steps, {
        signal: this.abort.signal,
        onRows: (rows) => {
          this.trace.add(rows);
          this.replay();
          this.options.changed("figures");
        },
      }),
    );
    this.ending = false;
    const done = this.step - before;
    if (done > 0) this.pace((performance.now() - started) / done, done);
    if (end.diverged !== undefined) this.trace.diverged = end.diverged;
    if (this.diverged !== undefined || this.step >= this.target) this.playing = false;
    if (this.playing && this.step >= this.nextEvaluation) await this.evaluate();
    if (this.playing && this.mayLook()) await this.look();
    const seconds = (performance.now() - started) / 1000;
    if (this.options.visible()) this.elapsed += seconds;
    else this.hidden += seconds;
  }

  /** After the last turn everything shown belongs to the step that is named. */
  private async finish(): Promise<void> {
    if (this.diverged !== undefined) return;
    await this.look(true);
    const stale = this.trace.lastValidation?.step !== this.step;
    const due = this.step >= this.target || this.evaluateMs < SHORT_EVALUATION_MS;
    if (stale && due) await this.evaluate();
  }

  private fail(error: unknown): void {
    if (error instanceof DOMException && error.name === "AbortError") return;
    this.interrupted ||= this.playing;
    // The session says itself what it does about its device.
    if (faultOf(error)) return;
    const message = error instanceof Error ? error.message : String(error);
    this.problem = { kind: "stopped", message };
  }

  private hear(status: EngineStatus): void {
    if (status.kind === "diverged") this.trace.diverged = status.step;
    if (status.kind === "error") this.problem = { kind: "stopped", message: status.message };
    if (status.kind === "lost") {
      this.safe = status.step;
      this.problem = { kind: "lost", message: status.message };
    }
    if (status.kind === "recovered") void this.goOn(status);
    this.options.changed("state");
  }

  /** The session lives elsewhere: forget what its checkpoint does not know, and go on. */
  private async goOn({ step, message, cause }: EngineStatus): Promise<void> {
    await this.loop;
    this.safe = undefined;
    this.trace.rewind(step);
    this.nextEvaluation = this.evaluationAfter(step);
    this.problem = { kind: "recovered", message, cause };
    this.options.changed("state");
    if (this.interrupted) this.play();
  }

  private pace(ms: number, steps: number): void {
    const share = Math.min(1, Math.max(0.2, steps / 50));
    this.msPerStep = this.msPerStep ? this.msPerStep + share * (ms - this.msPerStep) : ms;
  }

  private turnSteps(): number {
    const fitting = this.msPerStep ? Math.round(TURN_MS / this.msPerStep) : 1;
    const end = Math.min(this.target, Math.max(this.nextEvaluation, this.step + 1));
    return Math.max(1, Math.min(fitting, end - this.step));
  }

  private evaluationAfter(step: number): number {
    const early = EARLY_EVALUATIONS.find((at) => at > step);
    if (early !== undefined) return early;
    const cost = this.evaluateMs / LOOKING_SHARE / (this.msPerStep || 1);
    const every = EVALUATE_EVERY * Math.max(1, Math.ceil(cost / EVALUATE_EVERY));
    return (Math.floor(step / every) + 1) * every;
  }

  private mayLook(): boolean {
    const since = performance.now() - this.looked;
    return this.options.visible() && since > Math.max(LOOK_MS, this.lookMs / LOOKING_SHARE);
  }

  private rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.abort.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** What a layer does not have is null, whichever way it came. */
function withNulls(view: LayerView): LayerView {
  const { dead, saturated, gradient, batchGradient, weight, update, drift } = view;
  return {
    ...view,
    dead: dead ?? null,
    saturated: saturated ?? null,
    gradient: gradient ?? null,
    batchGradient: batchGradient ?? null,
    weight: weight ?? null,
    update: update ?? null,
    drift: drift ?? null,
  };
}
