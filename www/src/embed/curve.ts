/** A small figure without a library: training solid, validation dashed, labels at the ends. */

import { fixed, percent } from "../format";
import type { Run } from "../run";
import { axisEnd, LEAST_LOSS, lossEnd, type Measure, ticks } from "../series";
import { text } from "../text";

const LEFT = 40;
const RIGHT = 70;
const BOTTOM = 16;
const TOP = 6;
const LINE = 12;

export function drawCurve(
  canvas: HTMLCanvasElement,
  run: Run | undefined,
  measure: Measure,
  host: Element,
): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext("2d");
  if (!context || width === 0) return;
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);

  const styles = getComputedStyle(host);
  const token = (name: string) => styles.getPropertyValue(name).trim();
  const trace = run?.trace;
  const guess = Math.log(run?.description.classes.length || 10);
  const top = measure === "loss" ? (trace ? lossEnd([trace], guess) : LEAST_LOSS) : 1;
  const end = axisEnd(trace?.step ?? 0, 100);
  const x = (step: number) => LEFT + ((width - LEFT - RIGHT) * step) / end;
  const y = (value: number) => TOP + (height - TOP - BOTTOM) * (1 - Math.min(value, top) / top);

  context.font = `10.5px ${token("--font")}`;
  context.textBaseline = "alphabetic";
  context.fillStyle = token("--ink-3");
  context.strokeStyle = token("--grid");
  context.textAlign = "right";
  context.setLineDash([]);
  context.lineWidth = 1;
  for (const value of ticks(top, 2)) {
    line(context, [
      [LEFT, y(value)],
      [width - RIGHT, y(value)],
    ]);
    context.fillText(measure === "loss" ? fixed(value, 1) : percent(value, 0), LEFT - 4, y(value) + 3.5);
  }
  context.textAlign = "left";
  context.fillText("0", LEFT, height - 3);
  context.textAlign = "right";
  context.fillText(text.runs.step(end), width - RIGHT, height - 3);
  if (!trace || trace.step === 0) return;

  const smooth = measure === "loss" ? trace.smoothLoss : trace.smoothAccuracy;
  const training = smooth.flatMap((value, i): [number, number][] =>
    Number.isFinite(value) ? [[x(i + 1), y(value)]] : [],
  );
  const validation = trace.validation.flatMap((point): [number, number][] =>
    Number.isFinite(point[measure]) ? [[x(point.step), y(point[measure])]] : [],
  );
  context.strokeStyle = context.fillStyle = token("--run-1");
  context.lineWidth = 1.9;
  line(context, training);
  context.setLineDash([6, 4]);
  line(context, validation);
  context.setLineDash([]);
  context.textAlign = "left";
  const ends = [
    { at: training.at(-1), name: text.curves.train },
    { at: validation.at(-1), name: text.curves.validation },
  ].flatMap(({ at, name }) => (at ? [{ x: Math.max(at[0], x(trace.step)) + 5, y: at[1] + 3.5, name }] : []));
  ends.sort((a, b) => a.y - b.y);
  const lowest = height - BOTTOM - LINE * (ends.length - 1);
  let next = Number.NEGATIVE_INFINITY;
  for (const { x: left, y: base, name } of ends) {
    const at = Math.max(Math.min(base, lowest), next);
    context.fillText(name, left, at);
    next = at + LINE;
  }
}

function line(context: CanvasRenderingContext2D, points: [number, number][]): void {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}
