/** What page and worker say to each other: one request at a time per session, rows streamed per turn. */

import type { Fault } from "./faults";
import type { Progress } from "./procedures";
import type { Row } from "./types";

export type Verb =
  | "settings"
  | "describe"
  | "open"
  /** Ends the reading of files for "open". */
  | "cancel"
  | "advance"
  | "pause"
  | "set"
  | "freeze"
  | "unfreeze"
  | "evaluate"
  | "predict"
  | "inspect"
  | "views"
  | "check-gradients"
  | "check-devices"
  | "diagnose"
  /** What devices and module hold. */
  | "usage"
  | "stage"
  | "restart"
  | "link"
  | "snapshot"
  | "restore"
  /** A checkpoint of the session that a dead worker held. */
  | "resume"
  | "weights"
  | "load"
  | "plan"
  | "panic"
  /** Runs to its end under the session's number; "cancel" ends it early. */
  | "procedure"
  | "cancel"
  | "free";

export interface Request {
  id: number;
  /** 0 where no session is meant. */
  session: number;
  /** Raised by every restart: rows of an older one are dropped. */
  generation: number;
  verb: Verb;
  args: unknown[];
}

export type Reply =
  | { id: number; value: unknown }
  | { id: number; error: string; device?: Fault }
  /** The engine panicked: this worker is of no more use. */
  | { id: number; panic: string };

export type Event =
  | { event: "rows"; session: number; generation: number; rows: Row[] }
  /** Pictures decoded so far. */
  | { event: "reading"; session: number; generation: number; done: number; total: number }
  /** Kernels that a device has compiled so far, of those that are new to it. */
  | { event: "compiling"; session: number; done: number; total: number }
  | { event: "progress"; session: number; progress: Progress<unknown> }
  /** The state as bytes, kept outside wasm so that a dead worker costs little. */
  | { event: "checkpoint"; session: number; generation: number; step: number; bytes: Uint8Array };

export type Message = Reply | Event;

export const isEvent = (message: Message): message is Event => "event" in message;
