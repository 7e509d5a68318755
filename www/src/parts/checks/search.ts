import { html, nothing } from "lit";
import type { SearchRow } from "../../engine/procedures";
import type { Setting } from "../../engine/types";
import { reading } from "../../format";
import { lab } from "../../lab";
import { Trial } from "../../lab/trial";
import { text } from "../../text";
import { Part } from "../part";
import { bar } from "./bar";
import { heatMap } from "./heat";
import { parallel } from "./parallel";
import { patchOf, trialTable } from "./trials";

/** What a search may vary, the usual pair first. */
const KEYS = ["lr", "wd", "p", "batch", "momentum", "norm", "act", "init", "opt"];
const GRID = 4;
const RANDOM = 12;
const STEPS = 100;
/** Ranges worth a search, where the slider's is wider. */
const RANGES: Record<string, [number, number]> = { lr: [0.001, 1], wd: [1e-5, 0.01], batch: [16, 256] };
const MOST_WORDS = 5;

/** Grid or random search over two settings. */
export class Search extends Part {
  protected override readonly topics = ["state", "recipe"] as const;
  private readonly trial = new Trial("search", () => this.requestUpdate());
  private axes: [string, string] = ["lr", "p"];
  private random = false;
  /** Of the search that is shown. */
  private tried: { axes: [string, string]; random: boolean } = { axes: this.axes, random: false };

  override render() {
    const { trial } = this;
    return html`<p class="lead">${text.search.lead}</p>
      <p class="bar choices">
        ${this.axes.map((key, i) => this.axis(key, i))}
        <label>${text.search.how}
          <select @change=${(event: Event) => this.choose(event)}>
            <option value="grid" ?selected=${!this.random}>${text.search.grid(GRID)}</option>
            <option value="random" ?selected=${this.random}>${text.search.random(RANDOM)}</option>
          </select>
        </label>
      </p>
      ${bar(
        trial,
        text.search.start,
        this.count * STEPS,
        () => this.options(),
        () => ({ steps: String(STEPS) }),
      )}
      ${trial.rows.length > 0 ? this.found() : nothing}`;
  }

  private axis(key: string, i: number) {
    const other = this.axes[1 - i];
    const known = KEYS.map((one) => lab.recipe.setting(one)).filter((one) => one !== undefined);
    return html`<label>${text.search.axis(i)}
      <select @change=${({ target }: Event) => this.vary(i, (target as HTMLSelectElement).value)}>
        ${known
          .filter((one) => one.key !== other)
          .map((one) => html`<option value=${one.key} ?selected=${one.key === key}>${one.label}</option>`)}
      </select>
      <small>${this.span(key)}</small>
    </label>`;
  }

  private vary(i: number, key: string): void {
    this.axes = i === 0 ? [key, this.axes[1]] : [this.axes[0], key];
    this.requestUpdate();
  }

  private choose({ target }: Event): void {
    this.random = (target as HTMLSelectElement).value === "random";
    this.requestUpdate();
  }

  private span(key: string): string {
    const setting = lab.recipe.setting(key);
    if (!setting) return "";
    if (setting.kind === "choice") return words(setting).join(", ");
    const [low, high] = range(setting);
    return text.search.span(reading(low), reading(high));
  }

  private get count(): number {
    if (this.random) return RANDOM;
    return this.axes.reduce((all, key) => {
      const setting = lab.recipe.setting(key);
      return all * (setting?.kind === "choice" ? words(setting).length : GRID);
    }, 1);
  }

  private options() {
    this.tried = { axes: this.axes, random: this.random };
    const over = this.axes.map((key) => {
      const setting = lab.recipe.setting(key);
      if (!setting) return key;
      return setting.kind === "choice"
        ? `${key}=${words(setting).join("|")}`
        : `${key}=${range(setting).join("..")}`;
    });
    return { over: over.join(","), ...(this.random ? { random: RANDOM } : { points: GRID }) };
  }

  private found() {
    const { rows, outcome } = this.trial;
    const { axes, random } = this.tried;
    const settings = axes.map((key) => lab.recipe.setting(key)).filter((one) => one !== undefined);
    const [a, b] = settings;
    if (!a || !b) return nothing;
    const best = outcome?.best?.trial;
    return html`${outcome ? html`<p>${outcome.sentence}</p>` : nothing}
      <div class="found">
        ${random ? nothing : heatMap(rows, [a, b], best, this.open)}
        ${parallel(rows, [a, b], best, this.open)}
      </div>
      ${trialTable(rows, best, this.open)}`;
  }

  private readonly open = ({ values }: SearchRow) => void this.trial.open(patchOf(values));
}

const words = ({ choices = [] }: Setting) => choices.slice(0, MOST_WORDS).map(({ value }) => value);

function range({ key, min = 0, max = 1, slider }: Setting): [number, number] {
  return RANGES[key] ?? slider ?? [min, max];
}

customElements.define("lab-search", Search);
