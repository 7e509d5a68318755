import { html, nothing } from "lit";
import { describe } from "../../engine/client";
import type { Setting, Value } from "../../engine/types";
import { count, fixed, parse, percent, plain } from "../../format";
import { lab } from "../../lab";
import { deleteRuns } from "../../lab/deleted";
import type { KeptRun } from "../../lab/runs";
import { Trial } from "../../lab/trial";
import { finish, grow, type Pair } from "../../lab/twins";
import { withWords } from "../../link";
import { axisEnd, evenly, type Measure } from "../../series";
import { text } from "../../text";
import { NEWEST, type Trace } from "../../trace";
import { Part } from "../part";
import { table } from "../table";
import { bar } from "./bar";
import { type Points, plot } from "./plot";

const SEEDS = [1, 3, 5];
/** More points than this cannot be told apart. */
const POINTS = 320;
/** What is offered to differ, where there is nothing better to offer. */
const USUAL: Record<string, Value> = { lr: 0.06, p: 0.5, wd: 0.001, batch: 16 };
const FIRST = "norm";

/** Two networks that differ in one thing, trained in lock-step on the same batches, with one seed or several. */
export class Twin extends Part {
  protected override readonly topics = ["state", "recipe", "runs"] as const;
  private readonly trial = new Trial("study", () => this.follow());
  private seen = false;
  private key = FIRST;
  private other: Value | undefined;
  private seeds = 1;
  private names = ["", ""];
  /** The same, short enough for the ends of the curves. */
  private ends = ["", ""];
  /** What the second has of its own, and all values of both. */
  private change: Record<string, Value> = {};
  private values: Record<string, Value>[] = [];
  /** What of that would have followed the one thing. */
  private held: string[] = [];
  private colours = lab.runs.nextColours;
  private stepsPerEpoch = 1;
  /** The run that they began beside, as it was then. */
  private beside: KeptRun | undefined;
  /** Of each seed, from the first rows of the trial. */
  private traces = new Map<number, Pair>();
  private read = 0;
  /** The twins of each seed, by turns, once they stood in the list of runs. */
  private kept: KeptRun[] = [];

  /** The figure is below the fold until it is shown. */
  protected override updated(): void {
    const figure = this.querySelector("svg");
    if (figure && !this.seen) figure.scrollIntoView({ block: "nearest" });
    this.seen = figure !== null;
  }

  override render() {
    const setting = lab.recipe.setting(this.key);
    const steps = (Number(lab.recipe.value("steps")) || 1000) * 2 * this.seeds;
    const rate = lab.recipe.setting("lr");
    return html`<p class="lead">${text.twin.lead} ${rate && this.key !== "lr" ? text.twin.shared(text.phrase(rate, this.mine(rate))) : nothing}</p>
      <p class="bar choices">
        <label>${text.twin.differ}
          <select @change=${({ target }: Event) => this.vary((target as HTMLSelectElement).value)}>
            ${this.settings.map(({ key, label }) => html`<option value=${key} ?selected=${key === this.key}>${label}</option>`)}
          </select>
        </label>
        ${setting ? this.value(setting) : nothing}
        <label>${text.twin.seeds}
          <select @change=${({ target }: Event) => this.repeat(Number((target as HTMLSelectElement).value))}>
            ${SEEDS.map((n) => html`<option value=${n} ?selected=${n === this.seeds}>${text.twin.seedCount(n)}</option>`)}
          </select>
        </label>
      </p>
      ${bar(
        this.trial,
        text.twin.start,
        steps,
        () => ({}),
        (base) => this.words(base),
      )}
      ${this.trial.rows.length > 1 ? this.figures() : nothing} ${this.says()}`;
  }

  /** Only one thing may differ, and it must not be the images: both learn from the same batches. */
  private get settings(): Setting[] {
    const groups = ["Model", "Init, norm, activation", "Optimizer", "Regularize", "Augment"];
    return lab.recipe.settings.filter(
      ({ group, kind, key }) => groups.includes(group) && kind !== "list" && key !== "batch",
    );
  }

  private value(setting: Setting) {
    const chosen = this.chosen(setting);
    const mine = this.mine(setting);
    if (setting.kind === "choice") {
      return html`<label>${text.twin.against(text.word(setting, mine))}
        <select @change=${({ target }: Event) => this.set((target as HTMLSelectElement).value)}>
          ${(setting.choices ?? [])
            .filter(({ value }) => value !== String(mine))
            .map(
              ({ value, label }) =>
                html`<option value=${value} ?selected=${value === chosen}>${label}</option>`,
            )}
        </select>
      </label>`;
    }
    return html`<label>${text.twin.against(text.word(setting, mine))}
      <input class="value" inputmode="decimal" .value=${plain(Number(chosen))}
        @change=${({ target }: Event) => this.number(target as HTMLInputElement, setting)}>
    </label>`;
  }

  /** What counts in the run now; what waits for a restart does not. */
  private mine({ key }: Setting): Value {
    return lab.run?.values[key] ?? lab.recipe.value(key);
  }

  private chosen(setting: Setting): Value {
    const mine = this.mine(setting);
    if (this.other !== undefined) return this.other;
    if (setting.kind === "choice") {
      const others = (setting.choices ?? [])
        .map(({ value }) => value)
        .filter((value) => value !== String(mine));
      return others.find((value) => value === "none") ?? others[0] ?? mine;
    }
    const usual = USUAL[setting.key] ?? setting.slider?.[1] ?? setting.max ?? 1;
    return usual === mine ? setting.default : usual;
  }

  private vary(key: string): void {
    this.key = key;
    this.set(undefined);
  }

  private set(value: Value | undefined): void {
    this.other = value;
    this.requestUpdate();
  }

  private number(
    input: HTMLInputElement,
    { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Setting,
  ): void {
    const value = parse(input.value);
    if (value === null) input.value = plain(Number(this.other ?? 0));
    else this.set(Math.min(max, Math.max(min, value)));
  }

  private repeat(seeds: number): void {
    this.seeds = seeds;
    this.requestUpdate();
  }

  /** The arms of the study. */
  private async words(base: string): Promise<Record<string, string>> {
    const { run, runs, recipe } = lab;
    const setting = recipe.setting(this.key);
    if (!run || !setting) return {};
    const other = this.chosen(setting);
    const values = [this.mine(setting), other];
    this.names = values.map((value) => `${setting.label} ${text.word(setting, value)}`);
    this.ends = values.map((value) => text.phrase(setting, value));
    this.colours = runs.nextColours;
    this.beside = runs.current && { ...runs.current };
    this.stepsPerEpoch = Math.max(1, Math.floor(run.description.data.train / Number(run.values.batch)));
    [this.traces, this.read, this.kept] = [new Map(), 0, []];
    this.change = await alone(base, this.key, other);
    this.held = recipe.settings
      .filter(({ key }) => key in this.change && key !== setting.key)
      .map((one) => text.phrase(one, this.change[one.key] ?? ""));
    this.values = [{ ...run.values }, { ...run.values, ...this.change }];
    const seeds = Array.from({ length: this.seeds }, (_, i) => Number(run.values.seed) + i).join("-");
    const [mine, its] = this.names.map((name) => encodeURIComponent(name.replace(/[,;:]/g, " ")));
    const change = Object.entries(this.change).map(([key, value]) => `${key}.${value}`);
    return { arms: `${mine}:base,${its}:${change.join(";")}`, seeds };
  }

  /** At their end the twins become runs as any other; those of the first seed are drawn. */
  private follow(): void {
    this.requestUpdate();
    const { outcome, link, rows } = this.trial;
    grow(this.traces, rows.slice(this.read), this.stepsPerEpoch);
    this.read = rows.length;
    if (!outcome || this.kept.length > 0) return;
    const twins = [...this.traces].flatMap(([seed, pair], i) =>
      pair.map((trace, arm) => {
        finish(trace, outcome.arms[arm]?.runs[i]);
        const own = { ...(arm === 1 && this.change), seed };
        return {
          trace,
          values: { ...this.values[arm], seed },
          link: lab.withPage(withWords(link, own)),
          shown: i === 0,
          colour: this.colours[arm] ?? 1,
        };
      }),
    );
    this.kept = lab.runs.addTwins(twins, this.beside);
  }

  private figures() {
    // All seeds at the end, until then the one that trains.
    const all = [...this.traces.values()];
    const pairs = this.trial.outcome ? all : all.slice(-1);
    const measures = ["loss", "accuracy"] as const;
    const { held } = this;
    return html`${held.length > 0 ? html`<p>${text.twin.held(held.join(", "))}</p>` : nothing}
      <div class="twins">
      ${measures.map((measure) => html`<div>${this.figure(measure, pairs)}</div>`)}
    </div>`;
  }

  private figure(measure: Measure, pairs: Pair[]) {
    const many = pairs.length > 1;
    const steps = Number(this.values[0]?.steps);
    const arms = [0, 1].map((arm) =>
      bandOf(
        pairs.map((pair) => pair[arm] as Trace),
        measure,
        evenly(steps, POINTS),
      ),
    );
    const isLoss = measure === "loss";
    const name = text.curves[measure].toLowerCase();
    const all = arms.flatMap(({ middle }) => middle.map(([, value]) => value));
    return plot({
      narrow: true,
      label: text.twin.figure(name, this.names[0] ?? "", this.names[1] ?? ""),
      x: {
        label: text.curves.step,
        low: 0,
        high: Math.max(10, steps),
        print: plain,
        say: count,
      },
      y: {
        label: `${name}${many ? text.twin.median : ""}`,
        low: 0,
        high: isLoss ? axisEnd(Math.max(...all), 1) : 1,
        print: isLoss ? plain : (value) => percent(value, 0),
        say: isLoss ? (loss) => fixed(loss, 3) : (share) => percent(share),
      },
      curves: arms.map(({ low, middle, high }, i) => ({
        points: middle,
        colour: `var(--run-${this.colours[i]})`,
        name: this.ends[i],
        ...(many && { band: { low, high } }),
        ...(i === 1 && { dash: "6 4" }),
      })),
      between: !many,
      says: nothing,
    });
  }

  private says() {
    const { outcome } = this.trial;
    if (!outcome) return nothing;
    const stand = this.kept.filter((run) => lab.runs.older.includes(run));
    return html`<p>${outcome.sentence} ${outcome.same_batches ? text.twin.same : nothing} ${stand.length > 0 ? text.twin.kept : nothing}</p>
      ${table(
        text.twin.table,
        text.twin.head,
        this.kept.map((run, i) => this.row(run, this.names[i % 2])),
      )}
      ${stand.length > 0 ? html`<p class="acts"><button class="link" @click=${({ detail }: MouseEvent) => deleteRuns(lab, stand, detail === 0)}>${text.twin.delete}</button></p>` : nothing}`;
  }

  private row(run: KeptRun, twin = "") {
    const { trace, values, name } = run;
    const { diverged, lastValidation } = trace;
    return [
      twin,
      values.seed,
      diverged !== undefined
        ? text.runs.diverged(diverged)
        : lastValidation
          ? percent(lastValidation.accuracy)
          : "–",
      html`<button class="link" title=${text.runs.reopen(name)} @click=${() => lab.reopen(run)}>${name}</button>`,
    ];
  }
}

/** One value in place of the run's; what would follow it stays as the run has it. */
async function alone(base: string, key: string, value: Value): Promise<Record<string, Value>> {
  const [mine, its] = await Promise.all([describe(base), describe(withWords(base, { [key]: value }))]);
  const kept = Object.entries(mine.values).filter(([other, usual]) => its.values[other] !== usual);
  return { ...Object.fromEntries(kept), [key]: value };
}

/** Smallest, middle and largest of the smoothed curves at some steps, counted from 0, and where the last of them ends. */
function bandOf(
  traces: Trace[],
  measure: Measure,
  steps: number[],
): { low: Points; middle: Points; high: Points } {
  const curves = traces.map((trace) => trace.smooth(measure, NEWEST));
  const last = Math.max(...curves.map(({ length }) => length)) - 1;
  const band = { low: [] as Points, middle: [] as Points, high: [] as Points };
  for (const i of last < 0 ? [] : [...steps.filter((step) => step < last), last]) {
    const values = curves.flatMap((curve) => curve[i] ?? []).sort((a, b) => a - b);
    const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? 0;
    band.low.push([i + 1, at(0)]);
    band.middle.push([i + 1, at(0.5)]);
    band.high.push([i + 1, at(1)]);
  }
  return band;
}

customElements.define("lab-twin", Twin);
