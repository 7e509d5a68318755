/** One figure on uPlot: curves of the current run, older runs behind, marks and labels on the lines. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type CurveStyle, DASHES, DOT } from "../curve-style";
import { count, fixed, plain } from "../format";
import { type Column, type Columns, logTicks, type Measure, ticks } from "../series";
import { text } from "../text";
import { token } from "./colours";
import { Pen } from "./pen";
import { spread } from "./spread";

export interface ChartView {
  measure: Measure;
  columns: Columns;
  colour: number;
  olderColours: number[];
  end: { step: number; value: number };
  /** The highest point of the training curve, of all its steps. */
  peak: { step: number; value: number };
  /** The low end of a logarithmic axis; 0 where it is linear. */
  floor: number;
  style: CurveStyle;
  guess: { value: number; label: string };
  marks: { step: number; label: string }[];
  labels: { value: number | undefined; name: string; strong?: boolean }[];
  diverged: number | undefined;
  /** Steps that the doctor's finding rests on, and its name. */
  evidence: { from: number; to: number; label: string } | undefined;
}

const TOP = 16;
const AXIS_WIDTH = 38;
/** Right of the axis: the labels of the curves, wherever these end. */
const LABEL_WIDTH = 106;
const LABEL_GAP = 9;
/** A label farther than this from the end of its curve is led there; a longer line would look like a curve. */
const [NEAR, FAR] = [20, 90];
const LEADER = 0.35;
/** Beside a mark, for its label. */
const MARK_ROOM = 130;
/** From the bottom of the plot to the line on which the steps stand. */
const STEPS = 13;
/** The curves count, not the band behind them. */
const EVIDENCE = 0.6;

export class Chart {
  private plot: uPlot | undefined;
  private view: ChartView | undefined;
  /** What a plot cannot change once it is made. */
  private drawn = "";

  /** `point` hears which row of the columns the pointer is over, on this figure or its neighbour. */
  constructor(
    private readonly host: HTMLElement,
    private readonly point: (row: number | undefined) => void,
  ) {}

  show(view: ChartView): void {
    this.view = view;
    const { columns, floor } = view;
    // A logarithm needs a positive number.
    const fit = (column: Column): Column =>
      floor > 0 ? column.map((value) => (value !== null && value > 0 ? value : null)) : column;
    const data = [
      columns.steps,
      ...columns.older.flatMap(({ train, validation }) => [fit(train), fit(validation)]),
      ...[columns.raw, columns.train, columns.clean, columns.validation].map(fit),
    ] as uPlot.AlignedData;
    const { weight, dash } = view.style;
    const drawn = [view.olderColours.join(), view.colour, view.floor > 0, weight, dash, uPlot.pxRatio].join(
      ":",
    );
    if (!this.plot || drawn !== this.drawn) {
      this.plot?.destroy();
      this.plot = new uPlot(this.options(view), data, this.host);
      this.drawn = drawn;
    } else this.plot.setData(data);
  }

  /** After a change of theme or size. */
  redraw(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (!this.plot || width === 0) return;
    if (this.plot.width !== width || this.plot.height !== height) this.plot.setSize({ width, height });
    else this.plot.redraw(false, false);
  }

  /** Moves the read-out by rows, as the arrow keys ask. */
  move(by: number): void {
    const { plot, view } = this;
    if (!plot || !view) return;
    const { steps } = view.columns;
    const last = steps.length - 1;
    const from = plot.cursor.idx ?? (by > 0 ? -1 : last + 1);
    const step = steps[Math.min(last, Math.max(0, from + by))] ?? 0;
    plot.setCursor({ left: plot.valToPos(step, "x"), top: 0 });
  }

  /** Takes the read-out away. */
  leave(): void {
    this.plot?.setCursor({ left: -10, top: -10 });
  }

  destroy(): void {
    this.plot?.destroy();
    this.plot = undefined;
  }

  private options(view: ChartView): uPlot.Options {
    const colour = `--run-${view.colour}`;
    const { weight, dash: length } = view.style;
    const line = (name: string, alpha: number, width: number, dash?: number[]): uPlot.Series => ({
      stroke: () => withAlpha(token(name), alpha),
      width: width * weight,
      points: { show: false },
      spanGaps: true,
      // uPlot scales widths to the screen's pixels, but not dashes.
      ...(dash && { dash: dash.map((part) => (part < 1 ? part : part * length * uPlot.pxRatio)) }),
      ...(dash && dash[0] === DOT && { cap: "round" as const }),
    });
    const older = view.olderColours.flatMap((c) => [
      line(`--run-${c}`, 0.42, 1.2),
      line(`--run-${c}`, 0.42, 1.2, DASHES.validation),
    ]);
    // The pen writes the numbers of the axes.
    const axis: uPlot.Axis = { ticks: { show: false }, values: (_, splits) => splits.map(() => "") };
    return {
      width: this.host.clientWidth,
      height: this.host.clientHeight,
      padding: [TOP, LABEL_WIDTH, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: false, y: false, setScale: false },
        sync: { key: "convlab" },
      },
      scales: {
        x: { time: false, range: () => [0, this.stepEnd] },
        y: { distr: view.floor > 0 ? 3 : 1, range: () => [this.view?.floor ?? 0, this.valueEnd] },
      },
      series: [
        {},
        ...older,
        line(colour, 0.22, 0.8),
        line(colour, 1, 1.9),
        line(colour, 1, 2, DASHES.clean),
        line(colour, 1, 1.9, DASHES.validation),
      ],
      axes: [
        { ...axis, size: 19, grid: { show: false }, splits: () => this.stepSplits },
        {
          ...axis,
          size: AXIS_WIDTH,
          grid: { stroke: () => token("--grid"), width: 1 },
          splits: () => this.valueSplits,
        },
      ],
      hooks: {
        setCursor: [(u) => this.point(u.cursor.idx ?? undefined)],
        drawAxes: [(u) => this.drawBehind(u)],
        draw: [(u) => this.drawFront(u)],
      },
    };
  }

  private get stepEnd(): number {
    return this.view?.columns.steps.length ? this.view.end.step : 100;
  }

  private get valueEnd(): number {
    return this.view?.end.value ?? 1;
  }

  private get stepSplits(): number[] {
    return ticks(this.stepEnd, 4);
  }

  private get valueSplits(): number[] {
    const { floor } = this.view ?? {};
    if (floor) return logTicks(floor, this.valueEnd);
    return ticks(this.valueEnd, this.view?.measure === "accuracy" ? 4 : 5);
  }

  private format(value: number): string {
    if (this.view?.measure === "accuracy") return `${fixed(100 * value, 0)} %`;
    if (this.view?.floor) return plain(value);
    return fixed(value, this.valueEnd > 10 ? 0 : 1);
  }

  private drawBehind(u: uPlot): void {
    const { view } = this;
    if (!view) return;
    const pen = new Pen(u);
    const { left, right, top, bottom } = pen;
    this.drawEvidence(pen);
    this.drawNumbers(pen);
    const y = pen.y(view.guess.value);
    pen.line([left, y], [right, y], token("--line-strong"), 0.8, [1, 3]);
    let free = right + LABEL_WIDTH;
    for (const { step, label } of view.marks.toReversed()) {
      const x = pen.x(step);
      if (x > right) continue;
      pen.line([x, top], [x, bottom], token("--ink-3"), 1);
      pen.fill(`M${x - 4} ${top - 5}h8l-4 6z`, token("--ink-2"));
      // Newest first: an older label gives way where it has no room.
      const width = pen.width(label);
      const start = x + 8 + width <= free ? x + 8 : x - 8 - width;
      if (start < left || start + width > free) continue;
      pen.text(label, start, top - 3, token("--ink-2"), "left");
      free = Math.min(start, x) - 8;
    }
  }

  /** The end of the axis says its own number: what would touch it gives way. */
  private drawNumbers(pen: Pen): void {
    const { left, right, bottom } = pen;
    const ink = token("--ink-3");
    const end = text.runs.step(this.stepEnd);
    const room = right - pen.width(end) / 2 - 8;
    for (const step of this.stepSplits) {
      const [x, words] = [pen.x(step), count(step)];
      if (x + pen.width(words) / 2 < room) pen.text(words, x, bottom + STEPS, ink, "center");
    }
    pen.text(end, right, bottom + STEPS, ink, "center");
    for (const value of this.valueSplits) {
      pen.text(this.format(value), left - 5, pen.y(value) + 3.5, ink, "right");
    }
  }

  /** The steps that the doctor's finding rests on. */
  private drawEvidence(pen: Pen): void {
    const { evidence } = this.view ?? {};
    if (!evidence) return;
    const { right, top, bottom } = pen;
    const [from, to] = [pen.x(evidence.from), Math.min(right, pen.x(evidence.to))];
    pen.fill(`M${from} ${top}H${to}V${bottom}H${from}z`, withAlpha(token("--changed-soft"), EVIDENCE));
    for (const x of [from, to]) pen.line([x, top], [x, bottom], token("--changed"), 0.8, [3, 3]);
    const label = pen.width(evidence.label) < to - from ? evidence.label : "";
    pen.text(label, from + 4, bottom - 7, token("--changed"), "left");
  }

  private drawFront(u: uPlot): void {
    const { view } = this;
    if (!view) return;
    const pen = new Pen(u);
    const { columns } = view;
    this.drawBeyond(pen, view);
    columns.older.forEach(({ validation, train }, i) => {
      const end = lastOf(columns.steps, validation) ?? lastOf(columns.steps, train);
      const colour = view.olderColours[i] ?? 1;
      if (end) pen.mark(colour, end[0], end[1], 2.8);
    });
    const last = lastOf(columns.steps, columns.train);
    if (!last || view.diverged !== undefined) {
      if (last) this.drawDiverged(pen, view, last);
      this.drawLabels(pen, { ...view, labels: [] }, pen.right);
      return;
    }
    const validation = lastOf(columns.steps, columns.validation) ?? last;
    pen.mark(view.colour, validation[0], validation[1], 3.4);
    this.drawLabels(pen, view, pen.x(Math.max(last[0], validation[0])));
  }

  /** Where the curve leaves the axis, and how far it goes. */
  private drawBeyond(pen: Pen, { peak, marks }: ChartView): void {
    if (peak.value <= this.valueEnd) return;
    const x = pen.x(peak.step);
    const colour = token("--ink-2");
    pen.fill(`M${x - 4} ${pen.top + 6}h8l-4 -6z`, colour);
    const words = text.curves.upTo(fixed(peak.value, peak.value < 100 ? 1 : 0));
    // It stands where the labels of marks do.
    const free = marks.every(({ step }) => Math.abs(pen.x(step) - x) > MARK_ROOM);
    if (free) pen.text(words, x + 8, pen.top - 3, colour, "left");
  }

  private drawDiverged(pen: Pen, view: ChartView, last: [number, number]): void {
    const x = pen.x(view.diverged ?? last[0]);
    const y = Math.max(pen.top + 6, Math.min(pen.y(last[1]), pen.bottom));
    const colour = token("--problem");
    pen.line([x, pen.top], [x, pen.bottom], colour, 1, [2, 3]);
    pen.line([x - 5, y - 5], [x + 5, y + 5], colour, 1.8);
    pen.line([x + 5, y - 5], [x - 5, y + 5], colour, 1.8);
    const flips = x > pen.right - 60;
    pen.text(text.curves.diverged, x + (flips ? -9 : 9), y + 3.5, colour, flips ? "right" : "left", true);
  }

  /** All labels stand right of the axis, in one column; a thin line leads to one from a curve that ends at `x`. */
  private drawLabels(pen: Pen, { guess, labels, colour }: ChartView, x: number): void {
    const { top, right, bottom } = pen;
    const named = [
      { value: guess.value, name: guess.label, colour: token("--ink-3"), from: right, strong: false },
      ...labels.map((label) => ({ ...label, colour: token(`--run-${colour}`), from: x })),
    ].flatMap((label) => {
      const { value } = label;
      if (value === undefined || !Number.isFinite(value)) return [];
      const end = Math.min(bottom, pen.y(Math.min(value, this.valueEnd)));
      return [{ ...label, end, y: end + 3.5 }];
    });
    spread(named, top + 10, bottom - 2);
    for (const { y, name, colour, from, end, strong } of named) {
      const to = right + LABEL_GAP;
      if (to - from > NEAR && to - from < FAR)
        pen.line([from + 7, end], [to - 3, y - 3.5], withAlpha(colour, LEADER), 0.8);
      pen.text(name, to, y, colour, "left", strong);
    }
  }
}

function lastOf(steps: number[], column: (number | null)[]): [number, number] | undefined {
  for (let i = column.length - 1; i >= 0; i--) {
    const value = column[i];
    if (value !== null && value !== undefined) return [steps[i] ?? 0, value];
  }
  return undefined;
}

function withAlpha(hex: string, alpha: number): string {
  return alpha === 1
    ? hex
    : `${hex}${Math.round(alpha * 255)
        .toString(16)
        .padStart(2, "0")}`;
}
