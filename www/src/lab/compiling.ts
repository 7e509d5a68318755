/** A graphics device compiles every kernel once for each size: where that takes a while, a note counts along. */

import { text } from "../text";
import type { Notes } from "./notes";

/** What is over sooner needs no note. */
const PATIENCE_MS = 300;

export class Compiling {
  private begun = 0;

  constructor(private readonly notes: Notes) {}

  readonly told = (done: number, total: number): void => {
    const now = performance.now();
    if (done === 1) this.begun = now;
    if (done === total) this.end();
    else if (now - this.begun > PATIENCE_MS) {
      const message = text.compiling.progress(done, total);
      this.notes.add({ id: "compiling", kind: "info", title: text.compiling.title, message });
    }
  };

  end(): void {
    if (this.notes.has("compiling")) this.notes.dismiss("compiling");
  }
}
