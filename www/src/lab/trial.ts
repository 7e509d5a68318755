/** Something tried beside the current run, on its experiment and its images. */

import type { ProcedureName, ProcedureOptions, Procedures, Progress } from "../engine/procedures";
import { messageOf } from "../errors";
import { lab } from "../lab";
import { splitLink } from "../link";

export class Trial<Name extends ProcedureName> {
  rows: Procedures[Name]["row"][] = [];
  outcome: Procedures[Name]["outcome"] | undefined;
  /** Steps made, and the most that it may need. */
  done = 0;
  of = 0;
  error = "";
  /** What it was started on, and the experiment behind that. */
  link = "";
  private base = "";
  private abort: AbortController | undefined;
  private started = 0;

  constructor(
    readonly name: Name,
    private readonly changed: () => void,
  ) {}

  get running(): boolean {
    return this.abort !== undefined;
  }

  /** Whether what was found is about another experiment than the current one. */
  get stale(): boolean {
    return this.rows.length > 0 && !this.running && this.base !== experiment();
  }

  /** Seconds that are left, at the pace so far. */
  get remaining(): number {
    if (this.done === 0) return 0;
    return ((this.of - this.done) * (performance.now() - this.started)) / this.done / 1000;
  }

  /** Runs it to its end; the current run rests meanwhile. `words` are added to the link. */
  async start(options: ProcedureOptions = {}, words: Record<string, string> = {}): Promise<void> {
    const { run } = lab;
    if (!run || this.running) return;
    const abort = new AbortController();
    [this.abort, this.rows, this.outcome, this.error] = [abort, [], undefined, ""];
    [this.done, this.of, this.started] = [0, 0, performance.now()];
    await lab.pause();
    this.base = experiment();
    this.link = withWords(splitLink(lab.link).link, words);
    this.changed();
    const backend = run.session.backend.kind;
    const onProgress = ({ done, of, rows }: Progress<Procedures[Name]["row"]>) => {
      [this.done, this.of] = [done, of];
      this.rows.push(...rows);
      this.changed();
    };
    try {
      const watch = { onProgress, signal: abort.signal };
      this.outcome = await run.session.procedure(this.name, this.link, { backend, ...options }, watch);
    } catch (error) {
      if (!abort.signal.aborted) this.error = messageOf(error);
    } finally {
      if (this.abort === abort) this.abort = undefined;
      this.changed();
    }
  }

  stop(): void {
    this.abort?.abort();
    this.abort = undefined;
    this.changed();
  }
}

/** The current experiment, without the changes that its run met on the way. */
const experiment = (): string => withWords(splitLink(lab.link).link, {});

/** A link with some words in place of its own, without the changes that its run met on the way. */
export function withWords(link: string, words: Record<string, string>): string {
  const taken = new Set([...Object.keys(words), "at", "arms", "seeds"]);
  const kept = link.split("&").filter((word) => !taken.has(word.split("=")[0] ?? ""));
  const added = Object.entries(words).map(([key, word]) => `${key}=${word}`);
  return [...kept, ...added].join("&");
}
