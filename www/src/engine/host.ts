/** The engine behind the protocol: owns the wasm module, its sessions and the data sets. */

import digitsUrl from "/data/digits.bin?url";
import firstUrl from "/data/digits-first.bin?url";
import { Engine, type Reading, type Run } from "../wasm/convlab.js";
import { areFiles, readFiles } from "./files";
import { Parts } from "./parts";
import type { Event, Request, Verb } from "./protocol";
import type { OpenOptions, Row } from "./types";
import * as words from "./words";

/** A turn aims at this long: short enough to hear "pause", long enough to keep a device busy. */
const TURN_MS = 40;
const MOST_STEPS = 64;
/** Submissions of one step at most, on a device that needs longer for a step than a turn may last. */
const MOST_PIECES = 16;
/** A read that is so much later than what was given to the device should last is asked for again, and again. */
const LATE_MS = 2 * TURN_MS;
const CHECKPOINT_MS = 2000;

interface Entry {
  run: Run;
  generation: number;
  advancing: boolean;
  stop: boolean;
  msPerStep: number;
  /** Steps on a GPU whose rows have not come yet. */
  ahead: number;
  checkpointAt: number;
  /** The engine answers one question at a time. */
  queue: Promise<unknown>;
}

interface TurnResult {
  rows: Row[];
  diverged?: number;
  ahead: number;
}

/** Ends the task, so that waiting messages are heard; timers would wait 4 ms, or 1 s in a hidden tab. */
const breath = (() => {
  const channel = new MessageChannel();
  // Several sessions may wait at once: each message wakes one of them.
  const waiting: (() => void)[] = [];
  channel.port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      channel.port2.postMessage(0);
    });
})();

async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(words.notLoaded(response.status));
  return new Uint8Array(await response.arrayBuffer());
}

/** Whether a session begins on the first images: every link without a word of its own about data. */
function needsFirst(link: string, { early, data }: OpenOptions): boolean {
  return early === true && data === undefined && !/(^|&)data=/.test(link);
}

/** What the first screen asks of a run on the CPU: for this the first part of the engine is enough. */
const FIRST: Verb[] = [
  "settings",
  "open",
  "restart",
  "link",
  "inspect",
  "evaluate",
  "advance",
  "pause",
  "cancel",
  "free",
];

/** Whether all of the engine has to be there. Without a worker nothing can wait for the rest later. */
async function needsWhole(verb: Verb, args: unknown[]): Promise<boolean> {
  if (!FIRST.includes(verb) || "document" in globalThis) return true;
  if (verb !== "open") return false;
  const { backend, data } = args[1] as OpenOptions;
  if (areFiles(data)) return true;
  return backend !== "cpu" && (await navigator.gpu?.requestAdapter().catch(() => null)) != null;
}

export class Host {
  private readonly parts = new Parts();
  private readonly engine = this.parts.first.then(() => new Engine());
  private readonly entries = new Map<number, Entry>();
  private readonly files = new Map<string, Promise<Uint8Array>>();
  /** Sessions whose reading or procedure is no longer wanted. */
  private readonly cancelled = new Set<number>();

  constructor(private readonly emit: (event: Event) => void) {}

  async handle({ session, generation, verb, args }: Request): Promise<unknown> {
    // The first images are on their way while the engine is still compiled.
    if (verb === "open" && needsFirst(args[0] as string, args[1] as OpenOptions)) this.file("digits-first");
    if (await needsWhole(verb, args)) await this.parts.whole();
    const engine = await this.engine;
    switch (verb) {
      case "settings":
        return engine.settings();
      case "usage":
        return { ...engine.usage(), wasm: await this.bytes() };
      case "describe":
        return engine.describe(args[0] as string);
      case "open":
        return this.open(engine, session, generation, args[0] as string, args[1] as OpenOptions);
      case "procedure":
        return this.procedure(engine, session, args);
      case "cancel":
        this.cancelled.add(session);
        return undefined;
    }
    const entry = this.entries.get(session);
    if (!entry) throw new Error(words.freed);
    switch (verb) {
      case "advance":
        return this.advance(engine, session, entry, args[0] as number, args[1] as number | undefined);
      case "pause":
        entry.stop = true;
        return undefined;
      case "restart":
        entry.stop = true;
        return this.exclusive(entry, () => {
          entry.generation = generation;
          entry.checkpointAt = performance.now();
          return this.provided(engine, entry.run.files(args[0]), () => entry.run.restart(args[0], args[1]));
        });
      case "set":
        return this.exclusive(entry, () => entry.run.set(args[0]));
      case "freeze":
        return this.exclusive(entry, () => entry.run.freeze(args[0] as string[]));
      case "unfreeze":
        return this.exclusive(entry, () => entry.run.unfreeze(args[0] as string[]));
      case "evaluate":
        return this.exclusive(entry, () => entry.run.evaluate(args[0]));
      case "predict":
        return this.exclusive(entry, () => entry.run.predict(args[0], args[1]));
      case "inspect":
        return this.exclusive(entry, () => entry.run.inspect(args[0]));
      case "views":
        return this.exclusive(entry, () => entry.run.views(args[0], args[1] as number));
      case "check-gradients":
        return this.exclusive(entry, () => entry.run.check_gradients());
      case "check-devices":
        return this.exclusive(entry, () => entry.run.check_devices());
      case "diagnose":
        return this.exclusive(entry, () => entry.run.diagnose(args[0]));
      case "stage":
        return this.exclusive(entry, () => entry.run.stage(args[0] as string));
      case "link":
        return this.exclusive(entry, () => entry.run.link());
      case "snapshot":
        return this.exclusive(entry, () => entry.run.snapshot());
      case "restore":
        return this.exclusive(entry, () => entry.run.restore(args[0] as Uint8Array));
      case "resume":
        return this.exclusive(entry, () => entry.run.resume(args[0] as Uint8Array));
      case "weights":
        return this.exclusive(entry, () => entry.run.weights());
      case "load":
        return this.exclusive(entry, () => entry.run.load(args[0] as Uint8Array, args[1]));
      case "plan":
        return this.exclusive(entry, () => entry.run.plan());
      case "panic":
        return this.exclusive(entry, () => entry.run.panic());
      case "free":
        return this.release(session);
    }
  }

  private async bytes(): Promise<number> {
    return ((await this.parts.first).memory as WebAssembly.Memory).buffer.byteLength;
  }

  /** Gives a run's memory back when it has answered what was asked; one that lost its device is opened anew. */
  private release(session: number): Promise<void> | undefined {
    const entry = this.entries.get(session);
    if (!entry) return undefined;
    entry.stop = true;
    this.entries.delete(session);
    return this.exclusive(entry, () => entry.run.free());
  }

  private async open(
    engine: Engine,
    session: number,
    generation: number,
    link: string,
    options: OpenOptions,
  ) {
    // Whoever opens a session a second time has lost the device of the first.
    this.release(session)?.catch(() => undefined);
    const reading = await this.read(engine, session, generation, link, options);
    const open = () => {
      // Nothing else is on its way now. Whoever needs the rest hears of a failure.
      this.parts.whole().catch(() => undefined);
      const compiling = (done: number, total: number) =>
        this.emit({ event: "compiling", session, done, total });
      return engine.open(link, options, reading, compiling);
    };
    const run = await this.provided(engine, engine.files(link, options), open);
    this.entries.set(session, {
      run,
      generation,
      advancing: false,
      stop: false,
      msPerStep: 0,
      ahead: 0,
      checkpointAt: performance.now(),
      queue: Promise.resolve(),
    });
    return { description: run.description(), backend: run.backend() };
  }

  private async read(
    engine: Engine,
    session: number,
    generation: number,
    link: string,
    { data }: OpenOptions,
  ): Promise<Reading | undefined> {
    if (!areFiles(data)) return undefined;
    this.cancelled.delete(session);
    return readFiles(engine, link, data, {
      cancelled: () => this.cancelled.has(session),
      progress: (done, total) => this.emit({ event: "reading", session, generation, done, total }),
    });
  }

  /** Works a procedure to its end, in pieces that last about a turn. */
  private async procedure(engine: Engine, session: number, args: unknown[]) {
    const [name, link, options, of] = args as [string, string, unknown, number | undefined];
    // On the images of an open session, where it belongs to one.
    const owner = of === undefined ? engine : (this.entries.get(of)?.run ?? engine);
    const start = () => owner.procedure(name, link, options);
    const work = await this.provided(engine, engine.files(link, options), start);
    try {
      let pace = 1;
      while (!this.cancelled.has(session)) {
        work.pace(pace);
        const begun = performance.now();
        const { progress, rows, outcome } = await work.next();
        pace = performance.now() - begun < TURN_MS ? Math.min(2 * pace, MOST_STEPS) : Math.max(pace >> 1, 1);
        this.emit({ event: "progress", session, progress: { ...progress, rows } });
        if (outcome !== null) return outcome;
        await breath();
      }
      throw new Error(words.cancelled);
    } finally {
      this.cancelled.delete(session);
      work.free();
    }
  }

  /** Loads the files that an experiment needs, each once, and goes on. */
  private async provided<T>(engine: Engine, names: string[], then: () => T): Promise<T> {
    await Promise.all(
      names.map(async (name) => {
        try {
          engine.provide(name, await this.file(name));
        } catch (error) {
          this.files.delete(name);
          throw error;
        }
      }),
    );
    return then();
  }

  /** The bytes of a file, asked for once. */
  private file(name: string): Promise<Uint8Array> {
    const url = name === "digits" ? digitsUrl : firstUrl;
    const bytes = this.files.get(name) ?? fetchBytes(new URL(url, import.meta.url).href);
    this.files.set(name, bytes);
    // Whoever waits for it hears of a failure; nobody may wait yet.
    bytes.catch(() => undefined);
    return bytes;
  }

  /** Asks the engine when it has answered what was asked before, and no step's loss is unknown. */
  private exclusive<T>(entry: Entry, ask: () => T | Promise<T>): Promise<T> {
    return this.queued(entry, async () => {
      // Whoever asks hears of a lost device by the answer.
      if (entry.ahead > 0) await entry.run.catch_up().catch(() => undefined);
      return ask();
    });
  }

  private queued<T>(entry: Entry, ask: () => Promise<T>): Promise<T> {
    const answer = entry.queue.then(ask);
    entry.queue = answer.catch(() => undefined);
    return answer;
  }

  /** Steps in turns of about TURN_MS, or of `turn` steps however long they take. */
  private async advance(engine: Engine, session: number, entry: Entry, steps: number, turn?: number) {
    if (entry.advancing) throw new Error(words.advancing);
    entry.advancing = true;
    entry.stop = false;
    entry.ahead = 0;
    try {
      const { generation } = entry;
      let left = Math.floor(steps);
      // What the device works at already is waited for.
      while (left > 0 && (entry.ahead > 0 || !entry.stop) && generation === entry.generation) {
        const { rows, diverged } = await this.turn(engine, entry, left, turn);
        left -= rows.length;
        if (rows.length > 0) this.emit({ event: "rows", session, generation, rows });
        if (diverged !== undefined) return { step: entry.run.step(), diverged };
        await this.checkpoint(session, entry);
        await breath();
      }
      return { step: entry.run.step() };
    } finally {
      entry.advancing = false;
    }
  }

  private turn(engine: Engine, entry: Entry, left: number, asked?: number): Promise<TurnResult> {
    return this.queued(entry, async () => {
      const { ahead, msPerStep } = entry;
      const aim = asked ?? (msPerStep ? Math.floor(TURN_MS / msPerStep) : 1);
      const most = (steps: number) => Math.min(steps, Math.max(aim, 1), MOST_STEPS);
      const steps = ahead || most(left);
      // The CPU does nothing while it waits.
      const queues = entry.run.backend().kind === "webgpu";
      const next = !queues || entry.stop || this.checkpointIsDue(entry) ? 0 : most(left - steps);
      const slow = queues && msPerStep > 2 * TURN_MS;
      const pieces = slow ? Math.min(Math.ceil(msPerStep / TURN_MS), MOST_PIECES) : 1;
      const start = performance.now();
      const late = LATE_MS + 2 * msPerStep * (steps + next);
      const nudge = setInterval(() => this.parts.arrived && engine.nudge(), late);
      const turn: TurnResult = await entry.run.turn(steps, next, pieces).finally(() => clearInterval(nudge));
      entry.ahead = turn.ahead;
      // Steps that were done before anybody waited for them would seem to have taken no time.
      entry.msPerStep = Math.max((performance.now() - start) / steps, msPerStep / 2);
      return turn;
    });
  }

  private checkpointIsDue(entry: Entry): boolean {
    // The first checkpoint waits for the rest of the engine, and no step waits for that.
    return this.parts.arrived && performance.now() - entry.checkpointAt >= CHECKPOINT_MS;
  }

  private async checkpoint(session: number, entry: Entry): Promise<void> {
    if (entry.ahead > 0 || !this.checkpointIsDue(entry)) return;
    const bytes: Uint8Array = await this.exclusive(entry, () => entry.run.snapshot());
    entry.checkpointAt = performance.now();
    this.emit({ event: "checkpoint", session, generation: entry.generation, step: entry.run.step(), bytes });
  }
}
