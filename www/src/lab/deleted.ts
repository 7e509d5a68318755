/** Runs are deleted, and come back while the note about it stands. */

import type { Lab } from "../lab";
import { text } from "../text";
import type { KeptRun } from "./runs";

const NOTE = "deleted";
/** The list before the first of the deletions that the note tells of. */
let before: KeptRun[] = [];

/** `focus`: the way back takes the focus that goes with what is deleted. */
export function deleteRuns({ runs, notes }: Lab, gone: KeptRun[], focus: boolean): void {
  if (!notes.has(NOTE)) before = runs.older;
  runs.replace(runs.older.filter((kept) => !gone.includes(kept)));
  const lost = before.filter((kept) => !runs.older.includes(kept) && kept !== runs.current);
  const back = () => {
    const others = runs.older.filter((kept) => !before.includes(kept));
    runs.replace([...others, ...before.filter((kept) => kept !== runs.current)]);
  };
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
