/** What the page itself reads in a link: backend, stop rules, and the changes that a replay will make. */

import type { BackendChoice, Problem, Value } from "./engine/types";
import { readStops } from "./lab/own";
import { text } from "./text";

export const BACKENDS: BackendChoice[] = ["auto", "webgpu", "cpu"];

export interface PageLink {
  /** What the engine reads. */
  link: string;
  choice: BackendChoice;
  stops: Map<string, Value>;
  problems: Problem[];
}

export function splitLink(hash: string): PageLink {
  const words = hash.replace(/^#/, "").split("&").filter(Boolean);
  const value = (key: string) => words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
  const link = words.filter((word) => !/^(backend|stop)=/.test(word)).join("&");
  const problems: Problem[] = [];
  const backend = value("backend") ?? "auto";
  const choice = BACKENDS.find((known) => known === backend);
  if (!choice) problems.push({ field: "backend", message: text.backend.unknown(backend.slice(0, 40)) });
  const stop = value("stop");
  const stops = stop === undefined ? new Map<string, Value>() : readStops(stop);
  if (!stops) problems.push({ field: "stop", message: text.stop.unknown(stop?.slice(0, 40) ?? "") });
  return { link, choice: choice ?? "auto", stops: stops ?? new Map(), problems };
}

/** A change at a step: a live setting, or layers that freeze or learn again. */
export interface Change {
  step: number;
  key: string;
  value: number | string;
}

/** `at=120.lr.0.01,300.freeze.0-1`: what changes after how many steps. */
export function changesIn(link: string): Change[] {
  const log = /(?:^|&)at=([^&]*)/.exec(link)?.[1] ?? "";
  return log.split(",").flatMap((entry) => {
    const [, step, key, value] = /^(\d+)\.([a-z]+)\.(.+)$/.exec(entry) ?? [];
    if (key === undefined || value === undefined) return [];
    return [{ step: Number(step), key, value: key.endsWith("freeze") ? value : Number(value) }];
  });
}

/** A link with some words in place of its own, without changes at later steps. */
export function withWords(link: string, words: Record<string, Value>): string {
  const taken = new Set([...Object.keys(words), "at", "arms", "seeds"]);
  const kept = link.split("&").flatMap((word) => {
    const [key = "", value = ""] = word.split("=");
    if (key !== "aug") return taken.has(key) ? [] : [word];
    // It holds several settings, as in `aug=rotate30-flip0.5`.
    const parts = value.split("-").filter((part) => !taken.has(part.replace(/[\d.]+$/, "")));
    return parts.length > 0 ? [`aug=${parts.join("-")}`] : [];
  });
  const added = Object.entries(words).map(([key, word]) => `${key}=${word}`);
  return [...kept, ...added].join("&");
}
