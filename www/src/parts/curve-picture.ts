/** A figure as a file: a drawing of its own with title, legend and axes, and the numbers behind it. */

import { DASHES } from "../curve-style";
import { count, fixed, plain } from "../format";
import { type Column, logTicks, ticks } from "../series";
import { text } from "../text";
import type { Point, Trace } from "../trace";
import type { ChartView } from "./chart";
import { token } from "./colours";
import { markerPath } from "./marker";
import { spread } from "./spread";

const SIZE = { width: 720, height: 400 };
const BOX = { left: 52, right: 600, top: 44, bottom: 366 };
/** Width of a letter in a usual font. */
const CHARACTER = 6.6;
const FONT = "font-family='system-ui, sans-serif' font-size='12'";

/** The figure as SVG, in the colours that the page has now. */
export function svgOf(view: ChartView, title: string, names: string[]): string {
  const { columns, end, floor, measure, style } = view;
  const x = (step: number) => BOX.left + ((BOX.right - BOX.left) * step) / end.step;
  const share = (value: number) =>
    floor > 0 ? Math.log(value / floor) / Math.log(end.value / floor) : value / end.value;
  const y = (value: number) => BOX.bottom - (BOX.bottom - BOX.top) * share(value);
  const ink = token("--ink-2");
  const words = (at: [number, number], content: string, more = "") =>
    `<text x='${at[0].toFixed(1)}' y='${at[1].toFixed(1)}' ${FONT} fill='${ink}' ${more}>${escaped(content)}</text>`;
  const path = (column: Column, colour: number, width: number, dash: number[], opacity = 1) => {
    const points = column.flatMap((value, i) =>
      value === null || (floor > 0 && value <= 0)
        ? []
        : [`${x(columns.steps[i] ?? 0).toFixed(1)},${y(value).toFixed(1)}`],
    );
    const dashes = dash.map((part) => (part < 1 ? part : part * style.dash)).join(" ");
    return `<polyline points='${points.join(" ")}' fill='none' stroke='${token(`--run-${colour}`)}' stroke-width='${width * style.weight}' stroke-dasharray='${dashes}' stroke-linecap='round' opacity='${opacity}'/>`;
  };
  const grid = (floor > 0 ? logTicks(floor, end.value) : ticks(end.value, 5)).map((value) => {
    const label = measure === "loss" ? plain(value) : `${fixed(100 * value, 0)} %`;
    return `<path d='M${BOX.left} ${y(value)}H${BOX.right}' stroke='${token("--grid")}'/>${words([BOX.left - 6, y(value) + 4], label, "text-anchor='end'")}`;
  });
  const steps = ticks(end.step, 4).map((step) =>
    words([x(step), BOX.bottom + 18], step === 0 ? text.curves.step : count(step), "text-anchor='middle'"),
  );
  const marks = view.marks.map(
    ({ step, label }) =>
      `<path d='M${x(step)} ${BOX.top}V${BOX.bottom}' stroke='${token("--ink-3")}'/>${words([x(step) + 4, BOX.top - 4], label)}`,
  );
  const older = columns.older.map(
    ({ train, validation }, i) =>
      path(train, view.olderColours[i] ?? 1, 1.2, DASHES.train, 0.5) +
      path(validation, view.olderColours[i] ?? 1, 1.2, DASHES.validation, 0.5),
  );
  const labels = view.labels.flatMap(({ value, name }) =>
    value === undefined || !Number.isFinite(value) ? [] : [{ y: y(Math.min(value, end.value)) + 4, name }],
  );
  spread(labels, BOX.top + 8, BOX.bottom);
  const room = Math.min(130, (SIZE.width - BOX.left) / names.length);
  const legend = names.map((name, i) => {
    const colour = i === 0 ? view.colour : (view.olderColours[i - 1] ?? 1);
    const at = BOX.left + i * room;
    const short = name.slice(0, Math.floor((room - 20) / CHARACTER));
    return `<path transform='translate(${at + 5} ${SIZE.height - 8})' d='${markerPath(colour)}' fill='${token(`--run-${colour}`)}'/>${words([at + 14, SIZE.height - 4], short)}`;
  });
  return `<svg xmlns='http://www.w3.org/2000/svg' width='${SIZE.width}' height='${SIZE.height}' viewBox='0 0 ${SIZE.width} ${SIZE.height}'>
<rect width='100%' height='100%' fill='${token("--surface")}'/>
<clipPath id='box'><path d='M${BOX.left} ${BOX.top}H${BOX.right}V${BOX.bottom + 1}H${BOX.left}z'/></clipPath>
${words([BOX.left, 20], title, "font-weight='600'")}
${[...grid, ...steps, ...marks].join("\n")}
<g clip-path='url(#box)'>${older.join("\n")}
${path(columns.raw, view.colour, 0.8, [], 0.25)}
${path(columns.train, view.colour, 1.9, DASHES.train)}
${path(columns.clean, view.colour, 2, DASHES.clean)}
${path(columns.validation, view.colour, 1.9, DASHES.validation)}</g>
${labels.map((label) => words([BOX.right + 8, label.y], label.name)).join("\n")}
${legend.join("\n")}
</svg>`;
}

const escaped = (words: string) => words.replace(/[&<>']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** An SVG as a PNG of twice the size. */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = new OffscreenCanvas(2 * SIZE.width, 2 * SIZE.height);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/png" });
}

/** Every step of a run: raw training figures, and the evaluations where there were any. */
export function csvOf({ loss, accuracy, clean, validation }: Trace): string {
  const at = (points: Point[]) => new Map(points.map((point) => [point.step, point]));
  const [cleanAt, validationAt] = [at(clean), at(validation)];
  const rows = Array.from({ length: loss.length + 1 }, (_, step) => {
    const [c, v] = [cleanAt.get(step), validationAt.get(step)];
    return [step, loss[step - 1], accuracy[step - 1], c?.loss, c?.accuracy, v?.loss, v?.accuracy]
      .map((value) => (value === undefined || Number.isNaN(value) ? "" : value))
      .join(",");
  });
  const head = "step,loss,accuracy,clean_loss,clean_accuracy,validation_loss,validation_accuracy";
  return `${[head, ...rows].join("\n")}\n`;
}
