/** Drives one session: plays, pauses, steps. Knows no page and no address bar. */

import type { Experiment } from "./engine/experiment";
import { faultOf } from "./engine/faults";
import type { BackendChoice, EngineStatus, Row, Session } from "./engine/types";
import { messageOf } from "./errors";
import { type Change, changesIn } from "./link";
import { type RunOptions, Sight } from "./run/sight";
import { type Speed, type Stage, stageAfter } from "./run/stages";
import { type Stop, Stops } from "./run/stops";

export type { RunOptions, Topic } from "./run/sight";

/** Pause between two steps in slow motion, and between two stages. */
const SLOW_MS = 700;

export class Run extends Sight {
  playing = false;
  /** Paused, but the last turn still brings its steps. */
  ending = false;
  speed: Speed = "full";
  /** The stage that was run last, while a step is made stage by stage. */
  stage: Stage | undefined;
  readonly stops = new Stops();
  /** The rule that ended the run, until it goes on. */
  stopped: Stop | undefined;
  /** What went wrong last, until somebody has read it. */
  problem:
    | { kind: "stopped" | "lost" | "recovered"; message: string; cause?: "engine" | "device" }
    | undefined;
  /** The step that is safe while the device is gone; undefined while there is one. */
  safe: number | undefined;
  target: number;

  private interrupted = false;
  private scheduled: Change[] = [];
  private abort = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(session: Session, options: RunOptions) {
    super(session, options);
    this.target = this.budget;
    session.onstatus = (status) => this.hear(status);
  }

  get diverged(): number | undefined {
    return this.trace.diverged;
  }

  get budget(): number {
    return Number(this.values.steps ?? 1000);
  }

  /** Changes that the link holds for later steps. */
  get planned(): readonly Change[] {
    return this.scheduled;
  }

  get samplesPerSecond(): number {
    const { msPerStep } = this.pace;
    return msPerStep ? (1000 * Number(this.values.batch ?? 1)) / msPerStep : 0;
  }

  /** Seconds to the target at the pace so far. */
  get remaining(): number {
    return this.pace.remaining(this.target - this.step, this.step - this.trace.start);
  }

  play(): void {
    if (this.playing || this.diverged !== undefined) return;
    this.problem = undefined;
    if (this.safe !== undefined) return void this.recover();
    if (this.step >= this.target) this.target = this.step + this.budget;
    this.stopped = undefined;
    this.stops.arm(this.pace, this.trace);
    this.playing = true;
    this.interrupted = false;
    this.begin(async () => {
      while (this.playing) {
        if (this.speed === "stages") await this.stageTurn();
        else await this.turn(this.speed === "slow" ? 1 : this.turnSteps());
        if (this.speed !== "full" && this.playing) await this.rest(SLOW_MS);
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

  /** The next stage of a step; after the update the step is done. */
  async stageOnce(): Promise<void> {
    await this.pause();
    if (this.diverged !== undefined || this.safe !== undefined) return;
    this.target = Math.max(this.target, this.step + 1);
    this.begin(() => this.stageTurn());
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
  async restart(patch?: Experiment): Promise<void> {
    await this.pause();
    this.interrupted = false;
    this.safe = undefined;
    this.forget(await this.exclusive(() => this.session.restart(patch)));
    this.target = this.budget;
    this.stage = undefined;
    this.stopped = undefined;
    this.options.changed("state");
    await this.prepare();
  }

  /** Begins with other weights, before the first step. */
  async load(weights: Uint8Array): Promise<void> {
    await this.exclusive(() => this.session.load(weights));
    await this.prepare();
  }

  /** Goes on from a checkpoint of this experiment. */
  async restore(checkpoint: Uint8Array): Promise<void> {
    await this.pause();
    const { step } = await this.exclusive(async () => {
      await this.session.restore(checkpoint);
      return this.session.advance(0);
    });
    this.forget(this.session.description);
    this.trace.begin(step, step / Math.floor(this.description.data.train / Number(this.values.batch)));
    await this.prepare();
    this.replay();
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

  /** Layers stay as they are, or learn again, from the next step on. */
  async hold(layers: string[], frozen: boolean): Promise<void> {
    const { session, trace } = this;
    const { appliesAt } = await (frozen ? session.freeze(layers) : session.unfreeze(layers));
    if (appliesAt > 0) trace.events.push({ step: appliesAt, kind: frozen ? "freeze" : "unfreeze", layers });
    if (!this.playing) await this.look(true);
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
      if (key === "freeze" || key === "unfreeze") {
        this.trace.events.push({ step, kind: key, layers: String(value).split("-") });
        continue;
      }
      this.trace.marks.push({ step, key, from: this.values[key] ?? value, to: value });
      this.values[key] = value;
    }
    this.options.changed("state");
  }

  private async turn(steps: number): Promise<void> {
    const started = performance.now();
    await this.finishStages();
    const before = this.step;
    const end = await this.exclusive(() =>
      this.session.advance(steps, { signal: this.abort.signal, onRows: (rows) => this.take(rows) }),
    );
    this.ending = false;
    // The way back to the last state that was well is no training.
    if (end.diverged === undefined) this.pace.count(performance.now() - started, this.step - before);
    else this.trace.diverged = end.diverged;
    if (this.diverged !== undefined || this.step >= this.target) this.playing = false;
    if (this.playing && this.step >= this.nextEvaluation) await this.evaluate();
    if (this.playing && this.mayLook()) await this.look();
    this.pace.spend((performance.now() - started) / 1000, this.options.visible());
    this.stopWhereMet();
  }

  private take(rows: Row[]): void {
    this.trace.add(rows);
    this.replay();
    this.options.changed("figures");
  }

  private async stageTurn(): Promise<void> {
    const stage = stageAfter(this.stage);
    const row = await this.exclusive(() => this.session.stage(stage));
    this.stage = stage;
    this.options.changed("state");
    if (row) this.take([row]);
    if (this.diverged !== undefined || this.step >= this.target) this.playing = false;
    if (row) await this.look(true);
  }

  /** A step that was begun stage by stage is completed first. */
  private async finishStages(): Promise<void> {
    while (this.stage !== undefined && this.stage !== "update") await this.stageTurn();
    this.stage = undefined;
  }

  private stopWhereMet(): void {
    const stop = this.playing && this.stops.met(this.pace, this.trace);
    if (!stop) return;
    this.playing = false;
    this.stopped = stop;
    this.trace.events.push({ step: this.step, kind: "stop", stop });
  }

  private turnSteps(): number {
    const end = Math.min(this.target, Math.max(this.nextEvaluation, this.step + 1));
    return Math.max(1, Math.min(this.pace.turnSteps, end - this.step));
  }

  private async finish(): Promise<void> {
    // Within a step nothing new can be seen.
    if (this.stage !== undefined && this.stage !== "update") return;
    // After a divergence the network is the one before it, and what it was when last seen may be long ago.
    if (this.diverged === undefined) await this.lookAtEnd(this.step >= this.target);
    else await this.look(true);
  }

  private fail(error: unknown): void {
    if (error instanceof DOMException && error.name === "AbortError") return;
    this.interrupted ||= this.playing;
    // The session says itself what it does about its device.
    if (faultOf(error)) return;
    this.problem = { kind: "stopped", message: messageOf(error) };
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
    this.stage = undefined;
    this.trace.rewind(step);
    this.nextEvaluation = this.evaluationAfter(step);
    this.problem = { kind: "recovered", message, cause };
    this.options.changed("state");
    if (this.interrupted) this.play();
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
