/** A session whose engine is elsewhere. */

import type { Experiment, Live } from "./experiment";
import { type Fault, Faults, faultOf } from "./faults";
import {
  type Finding,
  type ProcedureName,
  type ProcedureOptions,
  type Procedures,
  run,
  type Watch,
} from "./procedures";
import type { Agreement, Left, Slope, Views } from "./proof";
import type { Event, Verb } from "./protocol";
import type {
  Backend,
  BackendChoice,
  Description,
  EngineStatus,
  Evaluation,
  Inspection,
  Look,
  OpenOptions,
  Part,
  Row,
  Session,
} from "./types";
import type { Listener } from "./wire";
import * as words from "./words";

/** A way to ask an engine. */
export interface Ask {
  join(listener: Listener): number;
  leave(session: number): void;
  ask(session: number, generation: number, verb: Verb, args: unknown[]): Promise<unknown>;
}

interface Advance {
  onRows?(rows: Row[]): void;
  signal?: AbortSignal;
  turn?: number;
}

export class RemoteSession implements Session, Listener {
  onstatus: ((status: EngineStatus) => void) | null = null;
  private generation = 0;
  private readonly number: number;
  private current: { description: Description; backend: Backend } | undefined;
  private onRows: ((rows: Row[]) => void) | undefined;
  private checkpoint: { step: number; bytes: Uint8Array } | undefined;
  private readonly faults = new Faults();
  /** What the device failed with, until the session lives elsewhere. */
  private lost: string | undefined;
  /** Why it computes on the CPU although something else was asked for. */
  private fallback: string | undefined;
  private step = 0;
  /** The link that a new worker would open: the experiment and its interventions. */
  private reopened: string;
  /** Resolves when a replaced worker holds this session again. */
  private ready: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly engine: Ask,
    link: string,
    private options: OpenOptions,
  ) {
    this.reopened = link;
    this.number = engine.join(this);
  }

  static async open(engine: Ask, link: string, options: OpenOptions): Promise<Session> {
    const session = new RemoteSession(engine, link, options);
    try {
      await session.begin();
    } catch (error) {
      engine.leave(session.number);
      throw error;
    }
    return session;
  }

  private get opened(): { description: Description; backend: Backend } {
    if (!this.current) throw new Error(words.notOpen);
    return this.current;
  }

  get description(): Description {
    return this.opened.description;
  }

  get backend(): Backend {
    const { backend } = this.opened;
    return this.fallback ? { ...backend, reason: this.fallback } : backend;
  }

  async advance(
    steps: number,
    { onRows, signal, turn }: Advance = {},
  ): Promise<{ step: number; diverged?: number }> {
    await this.ready;
    const stop = () => void this.ask("pause");
    signal?.addEventListener("abort", stop);
    this.onRows = onRows;
    try {
      if (signal?.aborted) return { step: this.step };
      const result = (await this.ask("advance", steps, turn)) as { step: number; diverged?: number };
      this.step = result.step;
      this.tell(result.diverged);
      return result;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  async stage(name: "forward" | "loss" | "backward" | "update"): Promise<Row | null> {
    const { rows, diverged } = (await this.ask("stage", name)) as { rows: Row[]; diverged?: number };
    this.tell(diverged);
    return rows[0] ?? null;
  }

  private tell(diverged: number | undefined): void {
    if (diverged === undefined) return;
    this.onstatus?.({ kind: "diverged", step: diverged, message: words.diverged(diverged) });
  }

  set = async (change: Live) => {
    const applied = (await this.ask("set", change)) as { appliesAt: number };
    this.reopened = (await this.ask("link")) as string;
    return applied;
  };

  freeze = (layers: string[]) => this.hold("freeze", layers);
  unfreeze = (layers: string[]) => this.hold("unfreeze", layers);

  private async hold(verb: "freeze" | "unfreeze", layers: string[]) {
    const applied = (await this.ask(verb, layers)) as { appliesAt: number; frozen: string[] };
    this.reopened = (await this.ask("link")) as string;
    return applied;
  }

  async restart(patch?: Experiment, { keep }: { keep?: Part } = {}): Promise<Description> {
    await this.ready;
    if (this.lost !== undefined) await this.again();
    this.generation += 1;
    const description = (await this.ask("restart", patch ?? {}, keep)) as Description;
    this.options = { ...this.options, early: false };
    this.checkpoint = undefined;
    this.step = 0;
    this.reopened = description.link;
    this.current = { ...this.opened, description };
    if (keep) await this.remember();
    return description;
  }

  async recover(backend?: BackendChoice): Promise<void> {
    if (this.lost === undefined) return;
    if (backend) this.options = { ...this.options, backend };
    this.move(this.lost, "device");
    await this.ready;
  }

  evaluate = (query: Parameters<Session["evaluate"]>[0]) =>
    this.ask("evaluate", query) as Promise<Evaluation>;
  predict = (images: Float32Array | Uint8Array, query?: { views?: number }) =>
    this.ask("predict", images, query) as Promise<Float32Array>;
  inspect = (query: Look) => this.ask("inspect", query) as Promise<Inspection>;
  views = (image: Float32Array | Uint8Array, views: number) =>
    this.ask("views", image, views) as Promise<Views>;
  checkGradients = () => this.ask("check-gradients") as Promise<Slope[]>;
  checkDevices = () => this.ask("check-devices") as Promise<Agreement>;
  diagnose = (left: Left) => this.ask("diagnose", left) as Promise<Finding[]>;
  procedure = <Name extends ProcedureName>(
    name: Name,
    link: string,
    options: ProcedureOptions,
    watch: Watch<Procedures[Name]["row"]>,
  ) => run(this.engine, name, link, options, watch, this.number);
  pause = () => this.ask("pause") as Promise<void>;
  link = () => this.ask("link") as Promise<string>;
  snapshot = () => this.ask("snapshot") as Promise<Uint8Array>;
  weights = () => this.ask("weights") as Promise<Uint8Array>;

  async restore(bytes: Uint8Array): Promise<void> {
    const description = (await this.ask("restore", bytes)) as Description;
    const { step } = (await this.ask("advance", 0)) as { step: number };
    this.checkpoint = { step, bytes };
    this.reopened = description.link;
    this.current = { ...this.opened, description };
  }

  async load(bytes: Uint8Array, part?: Part): Promise<void> {
    await this.ask("load", bytes, part);
    this.step = 0;
    await this.remember();
  }

  /** The link does not hold the weights that this run begins with, so a new worker would need them. */
  private async remember(): Promise<void> {
    this.checkpoint = { step: 0, bytes: await this.snapshot() };
  }

  plan = () => this.ask("plan") as Promise<string>;

  /** Makes the engine panic, so that a person or a test can see how a page survives it. */
  __panic = () => this.ask("panic");

  async free(): Promise<void> {
    this.engine.leave(this.number);
    // What cannot answer any more holds no memory.
    await this.ask("free").catch(() => undefined);
  }

  heard(event: Event): void {
    if (event.event === "compiling") {
      this.options.onCompiling?.(event.done, event.total);
      return;
    }
    if (event.event === "progress" || event.generation !== this.generation) return;
    if (event.event === "reading") {
      this.options.onReading?.(event.done, event.total);
      return;
    }
    if (event.event === "checkpoint") {
      this.checkpoint = event;
      return;
    }
    this.step = event.rows.at(-1)?.step ?? this.step;
    this.onRows?.(event.rows);
  }

  /** The worker was replaced: open the experiment there and put the last checkpoint back. */
  revive(why: string): void {
    this.move(why, "engine");
  }

  /** Opens the session anew, and says so. */
  private move(why: string, cause: "engine" | "device"): void {
    this.lost = why;
    this.ready = this.again().then(
      (step) => this.onstatus?.({ kind: "recovered", step, message: why, cause }),
      (error: Error) => {
        const fault = faultOf(error);
        if (fault) this.follow(fault, error.message);
        else this.onstatus?.({ kind: "error", step: this.step, message: error.message });
      },
    );
  }

  /** The device failed: go on elsewhere, or wait for a word. */
  private follow(fault: Fault, why: string): void {
    const next = this.faults.next(fault);
    if (next === "ask") {
      this.lost = why;
      this.onstatus?.({ kind: "lost", step: this.checkpoint?.step ?? 0, message: why });
      return;
    }
    if (next === "cpu") {
      this.options = { ...this.options, backend: "cpu" };
      this.fallback = why;
    }
    this.move(why, "device");
  }

  private async again(): Promise<number> {
    await this.begin();
    if (this.checkpoint) await this.send("resume", this.checkpoint.bytes);
    const { step } = (await this.send("advance", 0)) as { step: number };
    this.lost = undefined;
    this.step = step;
    return step;
  }

  private async begin(): Promise<void> {
    const { onReading: _, onCompiling: __, signal, ...options } = this.options;
    const cancel = () => void this.send("cancel");
    signal?.addEventListener("abort", cancel);
    try {
      signal?.throwIfAborted();
      this.current = (await this.send("open", this.reopened, options)) as {
        description: Description;
        backend: Backend;
      };
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  private async ask(verb: Verb, ...args: unknown[]): Promise<unknown> {
    await this.ready;
    return this.send(verb, ...args);
  }

  private async send(verb: Verb, ...args: unknown[]): Promise<unknown> {
    try {
      return await this.engine.ask(this.number, this.generation, verb, args);
    } catch (error) {
      const fault = faultOf(error);
      // A session that cannot be opened, or made anew, costs the one that is there nothing.
      const opens = verb === "open" || verb === "restart";
      if (fault && !opens && this.lost === undefined) this.follow(fault, (error as Error).message);
      throw error;
    }
  }
}
