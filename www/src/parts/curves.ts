import { html, nothing, svg } from "lit";
import { count, fixed, percent } from "../format";
import { lab } from "../lab";
import { axisEnd, type Column, type Columns, columnsOf, lossEnd, type Measure } from "../series";
import { text } from "../text";
import type { Trace } from "../trace";
import type { Chart, ChartView } from "./chart";
import { markerPath } from "./marker";
import { Part } from "./part";
import { themeChanged } from "./theme";

const REDRAW_MS = 250;
const OLDER = 5;
/** Room for the widest label beside the end of a curve. */
const LABEL_WIDTH = 104;
const AXIS_WIDTH = 48;
const MEASURES: Measure[] = ["loss", "accuracy"];
const DASHES = { train: "", clean: ".1 4", validation: "6 4" };

/** Loss and accuracy: training solid, clean training dotted, validation dashed; older runs behind. */
export class Curves extends Part {
  protected override readonly topics = ["state", "figures", "runs"] as const;
  private readonly charts = new Map<Measure, Chart>();
  private readonly columns = new Map<Measure, Columns>();
  private readonly tables = new Set<Measure>();
  private drawn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly observer = new ResizeObserver(() => this.resized());
  private readonly recolour = () => this.draw();

  /** The figures of the current run, to the bit, for scripts. */
  get trace(): Trace | undefined {
    return lab.runs.current?.trace;
  }

  override async firstUpdated(): Promise<void> {
    const { Chart } = await import("./chart");
    for (const measure of MEASURES) {
      const host = this.querySelector<HTMLElement>(`#plot-${measure}`);
      if (!host) continue;
      this.charts.set(measure, new Chart(host, (row) => this.readOut(measure, row)));
      this.observer.observe(host);
    }
    themeChanged.addEventListener("change", this.recolour);
    this.draw();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
    themeChanged.removeEventListener("change", this.recolour);
    for (const chart of this.charts.values()) chart.destroy();
    this.charts.clear();
  }

  override updated(): void {
    const wait = this.drawn + REDRAW_MS - performance.now();
    if (wait <= 0) this.draw();
    else this.timer ??= setTimeout(() => this.draw(), wait);
  }

  private resized(): void {
    for (const chart of this.charts.values()) chart.redraw();
    this.draw();
  }

  private draw(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.drawn = performance.now();
    for (const [measure, chart] of this.charts) {
      const host = this.querySelector<HTMLElement>(`#plot-${measure}`);
      const view = this.view(measure);
      if (!view || !host?.clientWidth) continue;
      chart.show(view);
      chart.redraw();
    }
  }

  /** The values under the pointer, in a place of their own: nothing moves. */
  private readOut(measure: Measure, row: number | undefined): void {
    const place = this.querySelector(`#readout-${measure}`);
    if (!place) return;
    const columns = this.columns.get(measure);
    const step = row === undefined ? undefined : columns?.steps[row];
    if (!columns || row === undefined || step === undefined) {
      place.textContent = "";
      return;
    }
    const at = (column: Column) => column.slice(0, row + 1).findLast((value) => value !== null);
    const named = [
      [text.curves.train, at(columns.train)],
      [text.curves.cleanShort, at(columns.clean)],
      [text.curves.validation, at(columns.validation)],
    ] as const;
    const values = named.flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [`${name} ${format(value, measure)}`],
    );
    place.textContent = `${text.runs.step(step)}: ${values.join(", ")}`;
  }

  private view(measure: Measure): ChartView | undefined {
    const { run } = lab;
    const { current } = lab.runs;
    if (!current || !run) return undefined;
    const trace = current.trace;
    const older = lab.runs.older.slice(0, OLDER);
    const traces = older.map((kept) => kept.trace);
    const classes = run.description.classes.length || 10;
    const longest = Math.max(...[trace, ...traces].map(({ step }) => step));
    const isLoss = measure === "loss";
    const columns = columnsOf(trace, traces, measure);
    this.columns.set(measure, columns);
    const [train, clean, validation] = lastValues(trace, measure);
    const label = (name: string, value: number | undefined) =>
      value === undefined ? name : `${name} ${isLoss ? fixed(value) : fixed(100 * value, 1)}`;
    return {
      measure,
      columns,
      colour: current.colour,
      olderColours: older.map(({ colour }) => colour),
      end: {
        step: Math.max(axisEnd(longest, 100), axisEnd(trace.step / this.room(measure), 100)),
        value: isLoss ? lossEnd([trace, ...traces], Math.log(classes)) : 1,
      },
      guess: isLoss
        ? { value: Math.log(classes), label: text.curves.guessLoss(classes) }
        : { value: 1 / classes, label: text.curves.guessAccuracy(classes) },
      marks: trace.marks
        .flatMap(({ step, key, from, to }) => {
          const setting = lab.recipe.setting(key);
          return setting ? [{ step, label: text.change(setting, from, to) }] : [];
        })
        .concat(trace.events.map((event) => ({ step: event.step, label: text.curves.event(event) })))
        .sort((a, b) => a.step - b.step),
      labels:
        trace.step === 0
          ? []
          : [
              { value: train, name: label(text.curves.train, train) },
              { value: clean, name: label(text.curves.cleanShort, clean) },
              { value: validation, name: label(text.curves.validation, validation), strong: true },
            ],
      diverged: trace.diverged,
    };
  }

  /** The share of the width a curve may take, so that its labels stand at its end. */
  private room(measure: Measure): number {
    const width = this.querySelector(`#plot-${measure}`)?.clientWidth ?? 0;
    return Math.max(0.5, 1 - LABEL_WIDTH / Math.max(1, width - AXIS_WIDTH));
  }

  override render() {
    return MEASURES.map((measure) => this.figure(measure));
  }

  private figure(measure: Measure) {
    const name = text.curves[measure];
    const showsTable = this.tables.has(measure);
    const summary = this.summary(measure);
    const toggle = () => {
      if (!this.tables.delete(measure)) this.tables.add(measure);
      this.requestUpdate();
    };
    return html`<figure aria-label=${name}>
      <figcaption>
        <h2>${name}</h2>
        ${measure === "loss" ? splitLegend() : runLegend()}
        <button class="link" aria-pressed=${showsTable} @click=${toggle}>
          ${showsTable ? text.curves.chart : text.curves.table}
        </button>
      </figcaption>
      <div class="plot-place">
        <div class="plot" id="plot-${measure}" role="img" aria-label=${name} aria-describedby="summary-${measure}"></div>
        <span class="readout" id="readout-${measure}" aria-hidden="true"></span>
        ${showsTable ? this.table(measure) : nothing}
      </div>
      <p class="visually-hidden" id="summary-${measure}">${summary}</p>
    </figure>`;
  }

  private summary(measure: Measure): string {
    const trace = lab.runs.current?.trace;
    if (!trace || trace.step === 0) return text.curves.empty;
    const words = lastValues(trace, measure).map((value) => format(value, measure));
    const [train = "–", clean = "–", validation = "–"] = words;
    const sentence = measure === "loss" ? text.curves.lossSummary : text.curves.accuracySummary;
    return sentence(trace.step, train, clean, validation);
  }

  private table(measure: Measure) {
    const trace = lab.runs.current?.trace;
    const smooth = measure === "loss" ? trace?.smoothLoss : trace?.smoothAccuracy;
    const { curves } = text;
    return html`<div class="data-table" tabindex="0" role="region" aria-label="${curves[measure]}: ${curves.table}">
      <table>
        <thead><tr>${[curves.step, curves.train, curves.clean, curves.validation].map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
        <tbody>
          ${trace?.validation.toReversed().map(
            (point) => html`<tr>
              <th scope="row">${count(point.step)}</th>
              <td>${format(smooth?.[point.step - 1], measure)}</td>
              <td>${format(trace.clean.find(({ step }) => step === point.step)?.[measure], measure)}</td>
              <td>${format(point[measure], measure)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

function lastValues(trace: Trace, measure: Measure): (number | undefined)[] {
  const smooth = measure === "loss" ? trace.smoothLoss : trace.smoothAccuracy;
  return [smooth.at(-1), trace.clean.at(-1)?.[measure], trace.validation.at(-1)?.[measure]];
}

function format(value: number | undefined, measure: Measure): string {
  if (value === undefined) return "–";
  return measure === "loss" ? fixed(value, 3) : percent(value);
}

function splitLegend() {
  const entries = ["train", "clean", "validation"] as const;
  return html`<span class="legend">
    ${entries.map(
      (split) => html`<span title=${text.curves.help[split]}>
        <svg viewBox="0 0 20 8" aria-hidden="true">
          ${svg`<path d="M1 4h18" stroke="var(--ink-2)" stroke-width="1.9" stroke-linecap=${split === "clean" ? "round" : "butt"} stroke-dasharray=${DASHES[split]}/>`}
        </svg>${text.curves[split]}</span>`,
    )}
  </span>`;
}

function runLegend() {
  const runs = [...(lab.runs.current ? [lab.runs.current] : []), ...lab.runs.older.slice(0, 2)];
  return html`<span class="legend">
    ${runs.map(
      ({ name, colour }, i) => html`<span class=${i === 0 ? "now" : ""}>
        <svg class="dot" viewBox="0 0 10 8" aria-hidden="true">
          ${svg`<path transform="translate(5 4)" d=${markerPath(colour, 3.2)} fill="var(--run-${colour})"/>`}
        </svg>${name}</span>`,
    )}
  </span>`;
}

customElements.define("lab-curves", Curves);
