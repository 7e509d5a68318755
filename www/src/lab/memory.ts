/** The runs of earlier visits, kept in the browser where it allows that. */

import type { Lab } from "../lab";
import { store, stored } from "../prefs";
import { text } from "../text";
import { readRuns, writeRuns } from "./archive";
import type { KeptRun } from "./runs";

const KEY = "runs";
const MOST_RUNS = 40;
/** Browsers give a page about five million. */
const MOST_CHARACTERS = 2e6;

/** Brings back the runs of the last visit, without their curves unless they were pinned, and keeps those of this one. */
export function rememberRuns(lab: Lab): void {
  const { runs } = lab;
  runs.take(readRuns(stored(KEY) ?? "") ?? [], ({ pinned }) => pinned);
  let list = runs.older;
  let told = false;
  const save = () => {
    const { current } = runs;
    const saved = store(
      KEY,
      fitting([...(current && current.trace.step > 0 ? [current] : []), ...runs.older]),
    );
    if (!saved && !told) lab.notes.say(text.runs.full);
    told ||= !saved;
  };
  lab.news.subscribe(() => {
    if (runs.older === list) return;
    list = runs.older;
    save();
  });
  addEventListener("pagehide", save);
}

/** As many runs as there is room for: the oldest go first, pinned ones last. */
function fitting(runs: KeptRun[]): string {
  let kept = runs.slice(0, MOST_RUNS);
  let json = writeRuns(kept);
  while (json.length > MOST_CHARACTERS) {
    const oldest = kept.findLast(({ pinned }) => !pinned) ?? kept.at(-1);
    kept = kept.filter((run) => run !== oldest);
    json = writeRuns(kept);
  }
  return json;
}
