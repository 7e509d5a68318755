/** One figure on uPlot: curves of the current run, older runs behind, marks and labels on the lines. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type CurveStyle, DASHES, DOT } from "../curve-style";
import { count, fixed, plain } from "../format";
import { type Column, type Columns, logTicks, type Measure, ticks } from "../series";
import { text } from "../text";
import { token } from "./colours";
import { FONT, Pen } from "./pen";
import { spread } from "./spread";

export interface ChartView {
  measure: Measure;
  columns: Columns;
  colour: number;
  olderColours: number[];
  end: { step: number; value: number };
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
/** Width of a digit. */
const CHARACTER = 6.8;
/** Room for the widest label. */
const LABEL_WIDTH = 104;
/** From the guessing line to the middle of its words. */
const GUESS_GAP = 8;
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
    const drawn = [view.olderColours.join(), view.colour, view.floor > 0, weight, dash].join(":");
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
      ...(dash && { dash: dash.map((part) => (part < 1 ? part : part * length)) }),
      ...(dash && dash[0] === DOT && { cap: "round" as const }),
    });
    const older = view.olderColours.flatMap((c) => [
      line(`--run-${c}`, 0.42, 1.2),
      line(`--run-${c}`, 0.42, 1.2, DASHES.validation),
    ]);
    const ink = () => token("--ink-3");
    const font = `${FONT}px ${token("--font")}`;
    return {
      width: this.host.clientWidth,
      height: this.host.clientHeight,
      padding: [TOP, 10, 0, 0],
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
        {
          stroke: ink,
          font,
          size: 19,
          gap: 3,
          grid: { show: false },
          ticks: { show: false },
          border: { show: false },
          splits: () => ticks(this.stepEnd, 4),
          values: (u, splits) => this.stepLabels(u, splits),
        },
        {
          stroke: ink,
          font,
          size: 38,
          gap: 4,
          grid: { stroke: () => token("--grid"), width: 1 },
          ticks: { show: false },
          splits: () => this.valueSplits,
          // Of a crowded logarithmic axis uPlot leaves some unnamed.
          values: (_, splits) => splits.map((value) => (value === null ? "" : this.format(value))),
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

  /** The end of the axis says its own number: what would touch it gives way. */
  private stepLabels(u: uPlot, splits: number[]): string[] {
    const width = u.bbox.width / uPlot.pxRatio;
    const taken = CHARACTER * endLabel(this.stepEnd).length + 8;
    return splits.map((step) => {
      const right = (step / this.stepEnd) * width + (CHARACTER * count(step).length) / 2;
      return right > width - taken ? "" : count(step);
    });
  }

  private get valueEnd(): number {
    return this.view?.end.value ?? 1;
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
    const y = pen.y(view.guess.value);
    pen.line([left, y], [right, y], token("--line-strong"), 0.8, [1, 3]);
    let free = right;
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
    pen.text(endLabel(this.stepEnd), right, bottom + 8.5, token("--ink-3"), "right");
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
    columns.older.forEach(({ validation, train }, i) => {
      const end = lastOf(columns.steps, validation) ?? lastOf(columns.steps, train);
      const colour = view.olderColours[i] ?? 1;
      if (end) pen.mark(colour, end[0], end[1], 2.8);
    });
    const last = lastOf(columns.steps, columns.train);
    if (!last || view.diverged !== undefined) this.drawGuess(pen, view, []);
    if (!last) return;
    if (view.diverged !== undefined) {
      this.drawDiverged(pen, view, last);
      return;
    }
    const validation = lastOf(columns.steps, columns.validation) ?? last;
    pen.mark(view.colour, validation[0], validation[1], 3.4);
    this.drawLabels(pen, view, pen.x(Math.max(last[0], validation[0])));
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

  /** What guessing gives, above its line or below, where no label stands. */
  private drawGuess(pen: Pen, { guess }: ChartView, taken: number[]): void {
    const line = pen.y(guess.value);
    const free = [line - GUESS_GAP, line + GUESS_GAP + 8].find((y) =>
      taken.every((at) => Math.abs(at - y) > 11),
    );
    if (free !== undefined) pen.text(guess.label, pen.right - 2, free, token("--ink-3"), "right");
  }

  private drawLabels(pen: Pen, view: ChartView, x: number): void {
    const labels = view.labels.flatMap(({ value, name, strong }) =>
      value === undefined || !Number.isFinite(value)
        ? []
        : [{ y: pen.y(Math.min(value, this.valueEnd)) + 3.5, name, strong }],
    );
    spread(labels, pen.top + 10, pen.bottom - 2);
    const flips = x > pen.right - LABEL_WIDTH;
    const colour = token(`--run-${view.colour}`);
    const ends = flips ? x : x + LABEL_WIDTH;
    this.drawGuess(pen, view, ends > pen.right - pen.width(view.guess.label) ? labels.map(({ y }) => y) : []);
    for (const { y, name, strong } of labels) {
      pen.text(name, x + (flips ? -8 : 8), y, colour, flips ? "right" : "left", strong);
    }
  }
}

const endLabel = (step: number) => `step ${count(step)}`;

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
