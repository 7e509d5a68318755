import { html, nothing } from "lit";
import { curveStyle } from "../curve-style";
import { fixed } from "../format";
import { lab } from "../lab";
import { save } from "../save";
import {
  axisEnd,
  type Column,
  type Columns,
  columnsOf,
  highest,
  logFloor,
  lossEnd,
  type Measure,
} from "../series";
import { text } from "../text";
import type { Point, Trace } from "../trace";
import type { Chart, ChartView } from "./chart";
import { runLegend, splitLegend } from "./curve-legend";
import { curveOptions, type FileKind } from "./curve-options";
import { csvOf, pngOf, svgOf } from "./curve-picture";
import { curveTable, format, lastValues, newest, summary } from "./curve-table";
import { Part } from "./part";
import { themeChanged } from "./theme";

const REDRAW_MS = 250;
const MEASURES: Measure[] = ["loss", "accuracy"];

/** Loss and accuracy: training solid, clean training dotted, validation dashed; older runs behind. */
export class Curves extends Part {
  protected override readonly topics = ["state", "figures", "runs", "doctor"] as const;
  private readonly charts = new Map<Measure, Chart>();
  private readonly columns = new Map<Measure, Columns>();
  private readonly tables = new Set<Measure>();
  /** The figure whose options are open. */
  private options: Measure | undefined;
  private drawn = 0;
  /** The newest evaluation that is drawn. */
  private evaluated: Point | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly observer = new ResizeObserver(() => this.resized());
  private readonly recolour = () => this.draw();

  /** The figures of the current run, to the bit, for scripts. */
  get trace(): Trace | undefined {
    return lab.runs.current?.trace;
  }

  private get current() {
    return lab.runs.current ?? lab.preview.kept;
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
    this.say();
    const wait = this.drawn + REDRAW_MS - performance.now();
    // The header and the runs say an evaluation at once.
    if (wait <= 0 || this.evaluated !== this.current?.trace.lastValidation) this.draw();
    else this.timer ??= setTimeout(() => this.draw(), wait);
  }

  /** On a phone: what the round button does. The card of a divergence says that it does nothing. */
  private say(): void {
    const place = this.querySelector(".intro");
    if (!place || !lab.run?.step) return;
    const { learns, rests } = text.curves;
    place.textContent = lab.playing ? learns : lab.blocked ? "" : rests;
  }

  private resized(): void {
    for (const chart of this.charts.values()) chart.redraw();
    this.draw();
  }

  private draw(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.drawn = performance.now();
    this.evaluated = this.current?.trace.lastValidation;
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
    const run = lab.shown;
    const current = this.current;
    if (!current || !run) return undefined;
    const trace = current.trace;
    const older = lab.runs.drawn;
    const traces = older.map((kept) => kept.trace);
    const classes = run.description.classes.length || 10;
    const planned = run.planned.flatMap(({ step, key, value }) => {
      const setting = lab.recipe.setting(key);
      return setting ? [{ step, label: text.phrase(setting, value) }] : [];
    });
    const title = (address: string) =>
      run.description.layers.find(({ name }) => name === address)?.title ?? text.recipe.block;
    const longest = Math.max(...[...[trace, ...traces], ...planned].map(({ step }) => step));
    const isLoss = measure === "loss";
    const columns = columnsOf(trace, traces, measure, newest());
    this.columns.set(measure, columns);
    const [train, clean, validation] = lastValues(trace, measure);
    const label = (name: string, value: number | undefined) =>
      value === undefined
        ? name
        : `${name} ${isLoss ? fixed(value, value < 100 ? 2 : 0) : fixed(100 * value, 1)}`;
    return {
      measure,
      columns,
      colour: current.colour,
      olderColours: older.map(({ colour }) => colour),
      end: {
        step: axisEnd(longest, 100),
        value: isLoss ? lossEnd([trace, ...traces], Math.log(classes)) : 1,
      },
      peak: highest(trace.smooth(measure, newest())),
      floor: isLoss && curveStyle.log ? Math.min(logFloor(columns), Math.log(classes) / 10) : 0,
      style: { ...curveStyle },
      guess: isLoss
        ? { value: Math.log(classes), label: text.curves.guessLoss(classes) }
        : { value: 1 / classes, label: text.curves.guessAccuracy(classes) },
      marks: trace.marks
        .flatMap(({ step, key, from, to }) => {
          const setting = lab.recipe.setting(key);
          return setting ? [{ step, label: text.change(setting, from, to) }] : [];
        })
        .concat(planned)
        .concat(trace.events.map((event) => ({ step: event.step, label: text.curves.event(event, title) })))
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
      evidence: lab.doctor.evidence,
    };
  }

  override render() {
    return MEASURES.map((measure) => this.figure(measure));
  }

  private figure(measure: Measure) {
    const name = text.curves[measure];
    const { trace } = this.current ?? {};
    const showsTable = this.tables.has(measure);
    const showsOptions = this.options === measure;
    const toggleTable = () => {
      if (!this.tables.delete(measure)) this.tables.add(measure);
      this.requestUpdate();
    };
    const toggleOptions = () => {
      this.options = showsOptions ? undefined : measure;
      this.requestUpdate();
    };
    const closeOnEscape = ({ key, currentTarget }: KeyboardEvent) => {
      if (key !== "Escape" || !showsOptions) return;
      toggleOptions();
      (currentTarget as HTMLElement).querySelector<HTMLElement>("[aria-expanded]")?.focus();
    };
    return html`<figure aria-label=${name} @keydown=${closeOnEscape}>
      <figcaption>
        <h2>${name}</h2>
        ${measure === "loss" ? splitLegend() : runLegend()}
        <span class="tools">
          <button class="link" aria-expanded=${showsOptions} @click=${toggleOptions}>${text.curves.options.label}</button>
          <button class="link" aria-pressed=${showsTable} aria-label=${text.curves.table} @click=${toggleTable}>${text.curves.tableShort}</button>
        </span>
      </figcaption>
      <div class="plot-place">
        <div class="plot" id="plot-${measure}" role="img" tabindex="0" aria-label=${name} aria-describedby="summary-${measure}"
          title=${text.curves.keys} @keydown=${(event: KeyboardEvent) => this.key(event)} @blur=${() => this.leave()}></div>
        <span class="readout" id="readout-${measure}" aria-live="polite"></span>
        ${showsTable ? curveTable(trace, measure) : nothing}
        ${
          showsOptions
            ? curveOptions(
                measure,
                () => this.restyle(),
                (kind) => void this.save(measure, kind),
              )
            : nothing
        }
      </div>
      <p class="visually-hidden" id="summary-${measure}">${summary(trace, measure)}</p>
    </figure>`;
  }

  /** Arrow keys move the read-out as the pointer does. */
  private key(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    for (const chart of this.charts.values()) chart.move(by);
  }

  private leave(): void {
    for (const chart of this.charts.values()) chart.leave();
  }

  private restyle(): void {
    this.requestUpdate();
    this.draw();
  }

  private async save(measure: Measure, kind: FileKind): Promise<void> {
    const { current, drawn } = lab.runs;
    const view = this.view(measure);
    if (!current || !view) return;
    const name = `${current.name.replaceAll(" ", "-")}-${measure}.${kind}`;
    if (kind === "csv") return save(name, new Blob([csvOf(current.trace)], { type: "text/csv" }));
    const names = [current, ...drawn].map((run) => run.name);
    const drawing = svgOf(view, `${text.curves[measure]}, ${current.name}`, names);
    save(name, kind === "svg" ? new Blob([drawing], { type: "image/svg+xml" }) : await pngOf(drawing));
  }
}

customElements.define("lab-curves", Curves);
