import { html, nothing } from "lit";
import type { Procedures } from "../../engine/procedures";
import type { Setting, Value } from "../../engine/types";
import { count, fixed, parse, percent, plain } from "../../format";
import { lab } from "../../lab";
import { Trial } from "../../lab/trial";
import { axisEnd } from "../../series";
import { text } from "../../text";
import { Part } from "../part";
import { table, thinned } from "../table";
import { bar } from "./bar";
import { type Points, plot } from "./plot";

type Row = Procedures["study"]["row"];

const COLOURS = ["var(--run-1)", "var(--run-2)"];
const SEEDS = [1, 3, 5];
/** Share of the newest step in a smoothed curve. */
const NEWEST = 0.14;
/** More points than this cannot be told apart. */
const POINTS = 320;
/** What is offered to differ, where there is nothing better to offer. */
const USUAL: Record<string, Value> = { lr: 0.06, p: 0.5, wd: 0.001, batch: 16 };
const FIRST = "norm";

/** Two networks that differ in one thing, trained in lock-step on the same batches, with one seed or several. */
export class Twin extends Part {
  protected override readonly topics = ["state", "recipe"] as const;
  private readonly trial = new Trial("study", () => this.requestUpdate());
  private seen = false;
  private key = FIRST;
  private other: Value | undefined;
  private seeds = 1;
  private names = ["", ""];
  /** The same, short enough for the ends of the curves. */
  private ends = ["", ""];

  /** The figure is below the fold until it is shown. */
  protected override updated(): void {
    const figure = this.querySelector("svg");
    if (figure && !this.seen) figure.scrollIntoView({ block: "nearest" });
    this.seen = figure !== null;
  }

  override render() {
    const setting = lab.recipe.setting(this.key);
    const steps = (Number(lab.recipe.value("steps")) || 1000) * 2 * this.seeds;
    const words = (): Record<string, string> => this.words();
    const rate = lab.recipe.setting("lr");
    return html`<p class="lead">${text.twin.lead} ${rate && this.key !== "lr" ? text.twin.shared(text.brief(rate, this.mine(rate))) : nothing}</p>
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
      ${bar(this.trial, text.twin.start, steps, () => ({}), words)}
      ${this.trial.rows.length > 1 ? this.figure() : this.says()}`;
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

  private words(): Record<string, string> {
    const setting = lab.recipe.setting(this.key);
    if (!setting) return {};
    const other = this.chosen(setting);
    const values = [this.mine(setting), other];
    this.names = values.map((value) => `${setting.label} ${text.word(setting, value)}`);
    this.ends = values.map((value) => text.brief(setting, value));
    const first = Number(lab.recipe.value("seed")) || 1;
    const seeds = Array.from({ length: this.seeds }, (_, i) => first + i).join("-");
    const [mine, its] = this.names.map((name) => encodeURIComponent(name.replace(/[,;:]/g, " ")));
    return { arms: `${mine}:base,${its}:${this.key}.${other}`, seeds };
  }

  private figure() {
    const { rows, outcome } = this.trial;
    const seed = rows.at(-1)?.seed;
    const shown = rows.filter((row) => row.seed === seed);
    const many = outcome && this.trial.link.includes("seeds=") && (outcome.arms[0]?.runs.length ?? 0) > 1;
    const arms = many
      ? outcome.arms.map(({ band }) => drawn(smooth(band.map(({ step, median }) => [step, median]))))
      : [0, 1].map((arm) => drawn(smooth(lossOf(shown, arm))));
    const bands = many
      ? outcome.arms.map(({ band }) => ({
          low: drawn(smooth(band.map(({ step, min }) => [step, min]))),
          high: drawn(smooth(band.map(({ step, max }) => [step, max]))),
        }))
      : [];
    const all = arms.flat().map(([, loss]) => loss);
    const last = Math.max(10, ...rows.map(({ step }) => step), Number(lab.recipe.value("steps")));
    return plot({
      label: text.twin.figure(this.names[0] ?? "", this.names[1] ?? ""),
      x: { label: text.curves.step, low: 0, high: last, print: plain, say: count },
      y: {
        label: many ? text.twin.median : text.twin.loss,
        low: 0,
        high: axisEnd(Math.max(...all), 1),
        print: plain,
        say: (loss) => fixed(loss, 3),
      },
      curves: arms.map((points, i) => ({
        points,
        colour: COLOURS[i] ?? "",
        name: this.ends[i],
        band: bands[i],
        ...(i === 1 && { dash: "6 4" }),
      })),
      between: !many,
      says: this.says(),
    });
  }

  private says() {
    const { outcome } = this.trial;
    if (!outcome) return nothing;
    const rows = outcome.arms.flatMap(({ runs }, i) =>
      runs.map(({ seed, validation, diverged }) => [
        this.names[i],
        seed,
        diverged !== null ? text.runs.diverged(diverged) : validation ? percent(validation.accuracy) : "–",
      ]),
    );
    return html`<p>${outcome.sentence} ${outcome.same_batches ? text.twin.same : ""}</p>
      ${table(text.twin.table, text.twin.head, rows)}`;
  }
}

function lossOf(rows: Row[], arm: number): Points {
  return rows.flatMap(({ step, loss }) => {
    const value = loss[arm];
    return value === null || value === undefined ? [] : [[step, value] as [number, number]];
  });
}

const drawn = (points: Points) => thinned(points, POINTS);

function smooth(points: Points): Points {
  let mean: number | undefined;
  return points.map(([step, value], i) => {
    mean = mean === undefined ? value : mean + Math.max(NEWEST, 1 / (i + 1)) * (value - mean);
    return [step, mean];
  });
}

customElements.define("lab-twin", Twin);
