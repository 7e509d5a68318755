/** The way to a worker: numbers requests, matches replies, and replaces a worker that died. */

import { withFault } from "./faults";
import { type Event, isEvent, type Message, type Verb } from "./protocol";
import type { Ask } from "./remote";
import { startWorker } from "./start";
import * as words from "./words";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A session that wants to hear its events, and to be told when its worker was replaced. */
export interface Listener {
  heard(event: Event): void;
  revive(why: string): void;
}

/** A worker that dies this often within a minute is not started again. */
const MOST_DEATHS = 3;

export class Wire implements Ask {
  private worker: Promise<Worker>;
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Map<number, Listener>();
  private deaths: number[] = [];
  private nextId = 1;
  private nextSession = 1;

  constructor() {
    this.worker = this.start();
  }

  join(listener: Listener): number {
    const session = this.nextSession++;
    this.listeners.set(session, listener);
    return session;
  }

  leave(session: number): void {
    this.listeners.delete(session);
  }

  ask(session: number, generation: number, verb: Verb, args: unknown[]): Promise<unknown> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.then(
        (worker) => worker.postMessage({ id, session, generation, verb, args }),
        (error: Error) => {
          this.waiting.delete(id);
          reject(error);
        },
      );
    });
  }

  private async start(): Promise<Worker> {
    const worker = await startWorker();
    worker.onmessage = ({ data }: MessageEvent<Message>) => this.hear(data);
    worker.onerror = (event) => this.replace(worker, event.message || words.fell);
    return worker;
  }

  private hear(message: Message): void {
    if (isEvent(message)) {
      this.listeners.get(message.session)?.heard(message);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if ("value" in message) waiting?.resolve(message.value);
    else if ("error" in message) waiting?.reject(withFault(new Error(message.error), message.device));
    else {
      waiting?.reject(new Error(message.panic));
      this.worker.then((worker) => this.replace(worker, message.panic));
    }
  }

  /** Drops a dead worker with all that waited for it, and tells the sessions to begin again. */
  private async replace(dead: Worker, why: string): Promise<void> {
    if ((await this.worker) !== dead) return;
    dead.terminate();
    const now = Date.now();
    this.deaths = [...this.deaths.filter((at) => now - at < 60_000), now];
    const again = this.deaths.length <= MOST_DEATHS;
    this.worker = again ? this.start() : Promise.reject(new Error(words.fellAgain(why)));
    this.worker.catch(() => undefined);
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    for (const waiting of lost) waiting.reject(new Error(why));
    for (const listener of this.listeners.values()) listener.revive(why);
  }
}
