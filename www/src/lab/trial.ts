/** Something tried beside the current run, on its experiment and its images. */

import type { ProcedureName, ProcedureOptions, Procedures, Progress } from "../engine/procedures";
import { messageOf } from "../errors";
import { plain } from "../format";
import { lab } from "../lab";
import { splitLink, withWords } from "../link";
import type { Run } from "../run";
import type { Patch } from "./recipe";

/** What a trial adds to the link of the experiment that it is about. */
export type WordsOf = (base: string) => Record<string, string> | Promise<Record<string, string>>;

/** What works at the moment. */
export const working = new Set<ProcedureName>();

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
  /** The step at which the run rests meanwhile, if it goes on afterwards. */
  resting: number | undefined;

  constructor(
    readonly name: Name,
    private readonly changed: () => void,
  ) {}

  get running(): boolean {
    return this.abort !== undefined;
  }

  /** Whether what was found is about another experiment than the current one. */
  get stale(): boolean {
    return this.rows.length > 0 && this.base !== experiment();
  }

  /** Seconds that are left, at the pace so far. */
  get remaining(): number {
    if (this.done === 0) return 0;
    return ((this.of - this.done) * (performance.now() - this.started)) / this.done / 1000;
  }

  /** Runs it to its end; the current run rests meanwhile. `words` are added to the link of its experiment. */
  async start(options: ProcedureOptions = {}, words: WordsOf = () => ({})): Promise<void> {
    const { run } = lab;
    if (!run || this.running) return;
    const abort = new AbortController();
    [this.abort, this.rows, this.outcome, this.error] = [abort, [], undefined, ""];
    [this.done, this.of, this.started] = [0, 0, performance.now()];
    working.add(this.name);
    lab.news.changed("state");
    const goesOn = lab.playing;
    await lab.pause();
    this.resting = goesOn ? run.step : undefined;
    this.base = experiment();
    this.changed();
    const backend = run.session.backend.kind;
    const onProgress = ({ done, of, rows }: Progress<Procedures[Name]["row"]>) => {
      [this.done, this.of] = [done, of];
      this.rows.push(...rows);
      this.changed();
    };
    try {
      this.link = withWords(this.base, await words(this.base));
      const watch = { onProgress, signal: abort.signal };
      this.outcome = await run.session.procedure(this.name, this.link, { backend, ...options }, watch);
    } catch (error) {
      if (!abort.signal.aborted) this.error = messageOf(error);
    } finally {
      if (this.done > 0) paces.set(this.base, (performance.now() - this.started) / this.done);
      working.delete(this.name);
      lab.news.changed("state");
      if (this.abort === abort) this.abort = undefined;
      this.goOn(run);
      this.changed();
    }
  }

  /** The run that gave way goes on, unless somebody has taken another since. */
  private goOn(run: Run): void {
    if (this.resting === run.step && run === lab.run && !this.running) lab.play();
    this.resting = undefined;
  }

  /** Opens the experiment that it was started on, with some things changed, in place of the current one; it ends. */
  open(patch: Patch): Promise<void> {
    this.resting = undefined;
    this.stop();
    return this.stale ? lab.open(this.linkWith(patch)) : lab.restart.with(patch);
  }

  /** The same as a link. */
  linkWith(patch: Patch): string {
    const words = Object.entries(patch).map(([key, value]) => [key, String(value)]);
    return lab.withPage(withWords(this.base, Object.fromEntries(words)));
  }

  stop(): void {
    this.abort?.abort();
    this.abort = undefined;
    this.changed();
  }
}

/** Milliseconds of a step of what was tried last on an experiment. */
const paces = new Map<string, number>();

/** The same of the current experiment; undefined before anything was tried on it. */
export const measuredMs = (): number | undefined => paces.get(experiment());

/** The current experiment as its run stands now: what was changed on the way holds from the start. */
function experiment(): string {
  const { trace, values } = lab.run ?? {};
  const live = (trace?.marks ?? []).map(({ key }) => [key, plain(Number(values?.[key]))]);
  return withWords(splitLink(lab.link).link, Object.fromEntries(live));
}
