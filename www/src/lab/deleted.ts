/** Runs are deleted, and come back while the note about it stands. */

import type { Lab } from "../lab";
import { text } from "../text";
import type { KeptRun } from "./runs";

const NOTE = "deleted";
/** All that the list has held since the first of the deletions that the note tells of. */
let before: KeptRun[] = [];

/** `focus`: the way back takes the focus that goes with what is deleted. */
export function deleteRuns({ runs, notes }: Lab, gone: KeptRun[], focus: boolean): void {
  before = notes.has(NOTE) ? merged(before, runs.older) : runs.older;
  runs.replace(runs.older.filter((kept) => !gone.includes(kept)));
  const lost = before.filter((kept) => !runs.older.includes(kept) && kept !== runs.current);
  const back = () => runs.replace(merged(before, runs.older).filter((kept) => kept !== runs.current));
  notes.add({
    id: NOTE,
    kind: "info",
    title: text.runs.deleted(lost.map(({ name }) => name)),
    message: "",
    action: { label: text.runs.undo, act: back },
    outlives: true,
    focus,
  });
}

/** Both lists in one; what is new stands behind what it stands behind now. */
function merged(before: KeptRun[], now: KeptRun[]): KeptRun[] {
  const all = [...before];
  for (const [i, kept] of now.entries()) {
    if (!all.includes(kept)) all.splice(all.indexOf(now[i - 1] as KeptRun) + 1, 0, kept);
  }
  return all;
}
