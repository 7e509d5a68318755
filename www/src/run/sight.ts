/** What is known of a session: its figures, its last look, and how often there may be another. */

import type {
  Batch,
  Description,
  Evaluation,
  Inspection,
  LayerView,
  Look,
  Session,
  Value,
} from "../engine/types";
import { Trace } from "../trace";
import { Pace } from "./pace";
import { BINS, Spreads } from "./spread";

/** Figures and pictures are asked for at most this often. */
const LOOK_MS = 250;
const BATCH_LOOK_MS = 1000;
/** Feature maps of a layer. */
const CHANNELS = 8;
const EVALUATE_EVERY = 50;
const EARLY_EVALUATIONS = [10, 25];
/** Evaluating and looking take at most this share of the time. */
const LOOKING_SHARE = 0.2;
/** Multiplications for one image above which a look begins with its forward half. */
const HEAVY_MACS = 5e7;
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

export class Sight {
  trace = new Trace();
  pace = new Pace();
  /** How the numbers of the layers were spread, since step 0. */
  spreads = new Spreads();
  description: Description;
  values: Record<string, Value>;
  /** The newest look, and the one before any step. */
  inspection: Inspection | undefined;
  start: Inspection | undefined;
  batch: Batch | undefined;
  /** Step of the batch: the one that would be trained on next. */
  batchStep = 0;
  /** The probe image whose feature maps are shown. */
  probe = 0;
  /** The last look at the test images. */
  test: Evaluation | undefined;

  protected nextEvaluation = 0;
  private evaluateMs = 0;
  private lookMs = 0;
  private looked = 0;
  private batchLooked = 0;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    readonly session: Session,
    protected readonly options: RunOptions,
  ) {
    this.description = session.description;
    this.values = { ...this.description.values };
  }

  get step(): number {
    return this.trace.step;
  }

  /** One request at a time: what asks meanwhile waits for the end of the turn. */
  exclusive<T>(ask: () => Promise<T>): Promise<T> {
    const answer = this.queue.then(ask);
    this.queue = answer.catch(() => undefined);
    return answer;
  }

  /** Statistics, feature maps and the next batch of this moment. */
  async look(full = false): Promise<void> {
    const { pictures = true, nextBatch = 0 } = this.options;
    if (!pictures) return;
    const now = performance.now();
    const wantsBatch = nextBatch > 0 && (full || now - this.batchLooked > BATCH_LOOK_MS);
    const query = { stats: true, predictions: true, maps: { image: this.probe, channels: CHANNELS } };
    if (full && this.description.macs > HEAVY_MACS) {
      this.inspection = await this.inspect({ ...query, forward: true });
      this.options.changed("pictures");
    }
    const inspection = await this.inspect({
      ...query,
      ...(wantsBatch && { nextBatch, histogram: { bins: BINS } }),
    });
    this.looked = performance.now();
    this.lookMs = this.looked - now;
    this.inspection = inspection;
    if (this.step === 0) this.start = inspection;
    if (wantsBatch) this.spreads.add(this.step, inspection.layers);
    if (inspection.nextBatch) {
      this.batch = inspection.nextBatch;
      this.batchStep = this.step;
      this.batchLooked = this.looked;
    }
    this.options.changed("pictures");
  }

  private async inspect(query: Look): Promise<Inspection> {
    const seen = await this.exclusive(() => this.session.inspect(query));
    seen.layers = seen.layers.map(withNulls);
    return seen;
  }

  async choose(probe: number): Promise<void> {
    this.probe = probe;
    await this.look();
  }

  async evaluate(): Promise<void> {
    await this.exclusive(() => this.evaluateNow());
    this.options.changed("figures");
  }

  /** Both splits at the same step; nobody sees one of them without the other. */
  private async evaluateNow(): Promise<void> {
    const { step, trace, session } = this;
    const started = performance.now();
    const limit = step === 0 ? { limit: FIRST_IMAGES } : {};
    const validation = await session.evaluate({ split: "validation", ...limit });
    if (step > 0) {
      const clean = await session.evaluate({ split: "train", limit: CLEAN_IMAGES });
      trace.clean.push({ step, ...clean });
      this.evaluateMs = performance.now() - started;
    }
    trace.validation.push({ step, ...validation });
    this.nextEvaluation = this.evaluationAfter(step);
  }

  /** The test images are for one look; the session counts them. */
  async lookAtTest(): Promise<void> {
    this.test = await this.exclusive(() => this.session.evaluate({ split: "test" }));
    this.options.changed("state");
  }

  /** After the last turn everything shown belongs to the step that is named; `due`: however long that takes. */
  protected async lookAtEnd(due: boolean): Promise<void> {
    await this.look(true);
    const stale = this.trace.lastValidation?.step !== this.step;
    if (stale && (due || this.evaluateMs < SHORT_EVALUATION_MS)) await this.evaluate();
  }

  protected mayLook(): boolean {
    const since = performance.now() - this.looked;
    return this.options.visible() && since > Math.max(LOOK_MS, this.lookMs / LOOKING_SHARE);
  }

  protected evaluationAfter(step: number): number {
    const early = EARLY_EVALUATIONS.find((at) => at > step);
    if (early !== undefined) return early;
    const cost = this.evaluateMs / LOOKING_SHARE / (this.pace.msPerStep || 1);
    const every = EVALUATE_EVERY * Math.max(1, Math.ceil(cost / EVALUATE_EVERY));
    return (Math.floor(step / every) + 1) * every;
  }

  /** Another run of the same session begins: nothing is known of it. */
  protected forget(description: Description): void {
    this.description = description;
    this.values = { ...description.values };
    if (this.probe >= description.data.validation) this.probe = 0;
    this.trace = new Trace();
    this.pace = new Pace();
    this.spreads = new Spreads();
    this.nextEvaluation = 0;
    this.start = undefined;
    this.test = undefined;
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
