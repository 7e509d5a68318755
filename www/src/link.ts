/** What the page itself reads in a link: the backend, and the changes that a replay will make. */

import type { BackendChoice, Problem } from "./engine/types";
import { text } from "./text";

export const BACKENDS: BackendChoice[] = ["auto", "webgpu", "cpu"];
const KEY = "backend=";

export function splitLink(hash: string): { link: string; choice: BackendChoice; problem?: Problem } {
  const words = hash.replace(/^#/, "").split("&").filter(Boolean);
  const word = words.find((candidate) => candidate.startsWith(KEY));
  const link = words.filter((candidate) => !candidate.startsWith(KEY)).join("&");
  const value = word?.slice(KEY.length) ?? "auto";
  const choice = BACKENDS.find((known) => known === value);
  if (choice) return { link, choice };
  const message = text.backend.unknown(value.slice(0, 40));
  return { link, choice: "auto", problem: { field: "backend", message } };
}

/** `at=120.lr.0.01,300.p.0.5`: which settings change after how many steps. */
export function changesIn(link: string): { step: number; key: string; value: number }[] {
  const log = /(?:^|&)at=([^&]*)/.exec(link)?.[1] ?? "";
  return log.split(",").flatMap((entry) => {
    const [, step, key, value] = /^(\d+)\.([a-z]+)\.(.+)$/.exec(entry) ?? [];
    return key === undefined || key.endsWith("freeze")
      ? []
      : [{ step: Number(step), key, value: Number(value) }];
  });
}
