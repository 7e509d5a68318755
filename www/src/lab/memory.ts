/** The runs of earlier visits, kept in the browser where it allows that. */

import type { Lab } from "../lab";
import { store, stored } from "../prefs";
import { text } from "../text";
import { readRuns, type SavedRun, writeRuns } from "./archive";

const KEY = "runs";
const MOST_RUNS = 40;
/** Browsers give a page about five million. */
const MOST_CHARACTERS = 2e6;

/**
 * Brings back the runs of the last visit, without their curves unless they were pinned, and keeps those of this
 * one. What another tab has kept meanwhile stays.
 */
export function rememberRuns(lab: Lab): void {
  const { runs } = lab;
  const kept = () => readRuns(stored(KEY) ?? "") ?? [];
  runs.take(kept(), ({ pinned }) => pinned);
  const met = new Set<string>();
  let list = runs.older;
  let told = false;
  const save = () => {
    const { current, older } = runs;
    const own = current && current.trace.step > 0 ? [current, ...older] : older;
    for (const { key } of [...list, ...own]) met.add(key);
    list = older;
    const all = [...own, ...kept().filter(({ key }) => !met.has(key))];
    const { json, count } = fitting(all);
    const saved = store(KEY, json);
    if (saved && count === all.length) return;
    if (!told) lab.notes.say(saved ? text.runs.forgotten(count) : text.runs.full);
    told = true;
  };
  lab.news.subscribe(() => {
    if (runs.older !== list) save();
  });
  addEventListener("pagehide", save);
}

/** As many runs as there is room for: the oldest go first, pinned ones last. */
function fitting(runs: SavedRun[]): { json: string; count: number } {
  let kept = runs.slice(0, MOST_RUNS);
  let json = writeRuns(kept);
  while (json.length > MOST_CHARACTERS) {
    const oldest = kept.findLast(({ pinned }) => !pinned) ?? kept.at(-1);
    kept = kept.filter((run) => run !== oldest);
    json = writeRuns(kept);
  }
  return { json, count: kept.length };
}
