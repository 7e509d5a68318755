/**
 * The engine as a page sees it. All sessions of a page share one worker; when it dies, a new one
 * takes their last checkpoints and the runs go on.
 */

import type { Experiment } from "./experiment";
import { type ProcedureName, type ProcedureOptions, type Procedures, run, type Watch } from "./procedures";
import type { Usage } from "./proof";
import { RemoteSession } from "./remote";
import type { Description, OpenOptions, Session, Setting } from "./types";
import { Wire } from "./wire";

let shared: Wire | undefined;

const wire = (): Wire => {
  shared ??= new Wire();
  return shared;
};

/** The settings of an experiment, as the engine declares them. */
export const settings = (): Promise<Setting[]> => wire().ask(0, 0, "settings", []) as Promise<Setting[]>;

/** What a link means, without training. Bad words give problems, never an error. */
export const describe = (link: string): Promise<Description> =>
  wire().ask(0, 0, "describe", [link]) as Promise<Description>;

/** What the engine holds: bytes and buffers of its devices, bytes of its module. */
export const usage = (): Promise<Usage> => wire().ask(0, 0, "usage", []) as Promise<Usage>;

/** Opens an experiment: a link, or the settings that differ from the defaults. */
export async function open(experiment: string | Experiment, options: OpenOptions = {}): Promise<Session> {
  const link = typeof experiment === "string" ? experiment : toLink(experiment);
  if (options.worker === false) {
    const { local } = await import("./local");
    return RemoteSession.open(local(), link, options);
  }
  return RemoteSession.open(wire(), link, options);
}

/**
 * Tries something on sessions of its own: a check, a sweep, a comparison. No open session is touched.
 * `onProgress` gets steps done and rows; aborting `signal` cancels it.
 */
export const procedure = <Name extends ProcedureName>(
  name: Name,
  experiment: string | Experiment,
  options: ProcedureOptions = {},
  watch: Watch<Procedures[Name]["row"]> = {},
): Promise<Procedures[Name]["outcome"]> =>
  run(wire(), name, typeof experiment === "string" ? experiment : toLink(experiment), options, watch);

function toLink(settings: Experiment): string {
  const words = Object.entries(settings).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return ["v=1", ...words].join("&");
}

export type * from "./experiment";
export type * from "./procedures";
export type * from "./proof";
export type * from "./types";
