/** The current run, and those before it. */

import type { Value } from "../engine/types";
import { changesIn } from "../link";
import type { Run } from "../run";
import { text } from "../text";
import { runName } from "../text/names";
import type { Trace } from "../trace";
import type { SavedRun } from "./archive";
import { differences } from "./differences";
import type { News } from "./news";
import type { Recipe } from "./recipe";

export interface KeptRun {
  id: number;
  /** What it is known by beyond this page. */
  key: string;
  name: string;
  /** 1 to 6: colour and marker. */
  colour: number;
  trace: Trace;
  values: Record<string, Value>;
  link: string;
  difference: string;
  /** Key of the run that it differs from. */
  before?: string | undefined;
  /** Stays on the chart when newer runs come. */
  pinned: boolean;
  /** Whether its curves are drawn. */
  shown: boolean;
}

/** What is known of a run that was trained beside another. */
type Twin = Pick<KeptRun, "trace" | "values" | "link" | "shown" | "colour">;

const COLOURS = 6;
/** Older runs whose curves can be told apart. */
const DRAWN = 5;
const NAME_LENGTH = 40;
/** Live changes that one line names. */
const NAMED_CHANGES = 2;

export class Runs {
  current: KeptRun | undefined;
  older: KeptRun[] = [];
  /** Key of what the next run differs from: the one that was left last. */
  private left: string | undefined;
  private count = 0;

  constructor(
    private readonly news: News,
    private readonly recipe: Recipe,
  ) {}

  begin(run: Run): void {
    this.current = { ...this.made(run.trace, run.values, ""), before: this.left };
    this.news.changed("runs");
  }

  private made(trace: Trace, values: Record<string, Value>, link: string): KeptRun {
    const index = this.count++;
    return {
      id: index,
      key: `${Date.now()}-${index}-${Math.random()}`,
      name: runName(index),
      colour: this.colour(index),
      trace,
      values,
      link,
      difference: "",
      pinned: false,
      shown: true,
    };
  }

  private colour(index: number): number {
    return (index % COLOURS) + 1;
  }

  /** The colours that the next two runs would have. */
  get nextColours(): [number, number] {
    return [this.colour(this.count), this.colour(this.count + 1)];
  }

  /** Pairs that were trained beside a run stand behind the current one; the second of each differs from the first. */
  addTwins(twins: Twin[], beside: KeptRun | undefined): KeptRun[] {
    const made = twins.map((twin) => ({ ...this.made(twin.trace, twin.values, twin.link), ...twin }));
    for (const [i, twin] of made.entries()) {
      twin.difference = this.difference(twin, i % 2 === 0 ? beside : made[i - 1]);
    }
    this.replace([...made.toReversed(), ...this.older]);
    return made;
  }

  /** A run that was left goes on, in place of one that has made no step. */
  resume(kept: KeptRun): void {
    this.keep();
    this.current = kept;
    this.replace(this.older.filter((other) => other !== kept));
  }

  /** How the current run and the one before it did at the same step; it has nothing where it had diverged by then. */
  get compared(): { step: number; mine: number; name: string; its?: number } | undefined {
    const { current } = this;
    const before = this.before(current);
    if (!current || !before || current.values.data !== before.values.data) return undefined;
    for (const { step, accuracy } of current.trace.validation.toReversed()) {
      const { diverged = Number.POSITIVE_INFINITY, validation } = before.trace;
      const its = validation.find((point) => point.step === step)?.accuracy;
      if (step > 0 && (its !== undefined || step >= diverged)) {
        return { step, mine: accuracy, name: before.name, its };
      }
    }
    return undefined;
  }

  /** The current run goes to the list of runs, if it has made a step. */
  keep(): void {
    const { current } = this;
    this.current = undefined;
    if (!current) return;
    if (current.trace.step > 0) {
      this.older = [current, ...this.older];
      this.left = current.key;
    } else if (current.id === this.count - 1) this.count--;
    this.news.changed("runs");
  }

  /** Whose curves lie behind the current one: pinned runs, then the newest. */
  get drawn(): KeptRun[] {
    const shown = this.older.filter((kept) => kept.shown);
    const chosen = shown.toSorted((a, b) => Number(b.pinned) - Number(a.pinned)).slice(0, DRAWN);
    return shown.filter((kept) => chosen.includes(kept));
  }

  /** A name of the reader's own; an empty one changes nothing. */
  rename(kept: KeptRun, name: string): void {
    kept.name = name.trim().slice(0, NAME_LENGTH) || kept.name;
    this.news.changed("runs", "figures");
  }

  mark(kept: KeptRun, marks: Partial<Pick<KeptRun, "pinned" | "shown">>): void {
    Object.assign(kept, marks);
    this.news.changed("runs", "figures");
  }

  /** Runs of a file or of an earlier visit go behind those of this visit; their colours follow. */
  take(saved: SavedRun[], shown: (run: SavedRun) => boolean): void {
    const made = saved.map((one) => {
      const index = this.count++;
      return { ...one, id: index, colour: this.colour(index), shown: shown(one) };
    });
    this.older = [...this.older, ...made];
    this.left ??= made[0]?.key;
    this.news.changed("runs", "figures");
  }

  /** Other runs stand behind the current one from now on. */
  replace(older: KeptRun[]): void {
    this.older = older;
    this.news.changed("runs", "figures");
  }

  /** What the current run is by now. */
  describe(link: string, values: Record<string, Value>): void {
    const { current } = this;
    if (!current) return;
    current.link = link;
    current.values = { ...values };
    current.difference = this.difference(current, this.before(current));
    this.news.changed("runs");
  }

  private before(kept: KeptRun | undefined): KeptRun | undefined {
    return kept?.before === undefined
      ? undefined
      : (this.older.find(({ key }) => key === kept.before) ?? this.older[0]);
  }

  /** One line: what differs from the run before, or from the defaults, and what changes on the way. */
  private difference(kept: KeptRun, older: KeptRun | undefined): string {
    return [this.startOf(kept, older), ...this.changesOf(kept)].join(", ");
  }

  /** How it begins, against the beginning of the run before. */
  private startOf(kept: KeptRun, older: KeptRun | undefined): string {
    const before = older ? beginning(older) : {};
    const values = beginning(kept);
    const anew = values.data !== (before.data ?? this.recipe.setting("data")?.default);
    const told = this.recipe.settings.filter(({ key }) => key !== "seed" && !(anew && key === "side"));
    const lines = differences(told, before, values);
    if (lines.length > 0) return lines.join(", ");
    if (!older) return text.runs.defaults;
    if (older.values.seed !== values.seed) return text.runs.anotherSeed;
    const mine = this.changesOf(kept);
    const its = this.changesOf(older).filter((change) => !mine.includes(change));
    return its.length > 0 ? text.runs.without(its) : text.runs.same;
  }

  /** What changes at which step, as its link says; also what is still to come. */
  private changesOf({ link }: KeptRun): string[] {
    const changes = changesIn(link).map(({ step, key, value }) => {
      const setting = this.recipe.setting(key);
      return text.runs.at(setting ? text.phrase(setting, value) : `${key} ${value}`, step);
    });
    const more = changes.length - NAMED_CHANGES;
    return more > 0 ? [...changes.slice(0, NAMED_CHANGES), text.runs.changes(more)] : changes;
  }
}

/** The values of step 0: what has changed since then is taken back. */
function beginning({ values, trace }: KeptRun): Record<string, Value> {
  const before = trace.marks.toReversed().map(({ key, from }) => [key, from]);
  return { ...values, ...Object.fromEntries(before) };
}
