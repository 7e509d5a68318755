import { html, nothing, svg } from "lit";
import { lab } from "../../lab";
import { ticks } from "../../series";
import { spread } from "../spread";
import { opens } from "./opens";
import { places, plotTable } from "./plot-table";

export interface Axis {
  label: string;
  low: number;
  high: number;
  log?: boolean;
  print(value: number): string;
  /** One value, more exactly than a mark of the axis. */
  say(value: number): string;
}

export type Points = [number, number][];

export interface Curve {
  points: Points;
  colour: string;
  dash?: string;
  width?: number;
  /** Stands at its end. */
  name?: string;
  /** What it is the middle of, over the same places. */
  band?: { low: Points; high: Points };
  /** Names its column in the table; else its name does. */
  head?: string;
}

export interface Plot {
  x: Axis;
  y: Axis;
  /** The first and the second may have what lies between them shaded, where both have points. */
  curves: Curve[];
  between?: boolean;
  marks?: { x: number; label: string }[];
  label: string;
  /** Beside another one. */
  narrow?: boolean;
  /** The same in a sentence, once there is one. */
  says: unknown;
  /** Opens the experiment behind a place. */
  open?(x: number): void;
  /** What that is, where the place alone does not say it. */
  opens?(x: number): string;
}

/** Drawn at about the size that it has on the page, so that its words keep theirs. */
const [WIDE, PHONE] = [640, 360];
const phone = matchMedia("(max-width: 699px)");
phone.addEventListener("change", () => lab.changed("state"));
const HEIGHT = 196;
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 16, 18, 32];
/** Width of a letter, and from the axis to the names of the curves. */
const [LETTER, GAP] = [7.2, 8];

/** A small figure of its own: axes, curves, bands around or between them, marks; and the same as a table. */
export function plot(figure: Plot) {
  const { x, y, curves, between, marks = [], label, narrow, says, open } = figure;
  const width = narrow || phone.matches ? PHONE : WIDE;
  const longest = Math.max(0, ...curves.map(({ name = "" }) => name.length));
  const right = width - (longest > 0 ? LETTER * longest + GAP : RIGHT);
  const across = place(x, LEFT, right);
  const up = place(y, HEIGHT - BOTTOM, TOP);
  const path = (points: Points) =>
    points.map(([a, b]) => `${across(a).toFixed(1)},${up(b).toFixed(1)}`).join(" ");
  const ends = curves.flatMap(({ name, colour, points }) => {
    const end = points.at(-1);
    return name && end ? [{ name, colour, y: up(end[1]) + 3.5 }] : [];
  });
  spread(ends, TOP + 8, HEIGHT - BOTTOM);
  const [a, b] = curves;
  const bands = curves.flatMap(({ band, colour }) => (band ? [{ ...band, colour }] : []));
  if (between && a && b) {
    bands.push({ low: shared(a, b), high: shared(b, a), colour: "var(--ink-3)" });
  }
  return html`<svg class="plot-of" viewBox="0 0 ${width} ${HEIGHT}" role=${open ? "group" : "img"} aria-label=${label}>
    ${marksOf(y).map(
      (value) => svg`<line class="grid-line" x1=${LEFT} x2=${right} y1=${up(value)} y2=${up(value)}/>
        <text class="tick" x=${LEFT - 6} y=${up(value) + 3.5} text-anchor="end">${y.print(value)}</text>`,
    )}
    ${marksOf(x).map(
      (value) =>
        svg`<text class="tick" x=${across(value)} y=${HEIGHT - BOTTOM + 14} text-anchor="middle">${x.print(value)}</text>`,
    )}
    <text class="tick" x=${right} y=${HEIGHT - 2} text-anchor="end">${x.label}</text>
    <text class="tick" x="0" y="10">${y.label}</text>
    ${bands.map(
      ({ low, high, colour }) =>
        svg`<polygon points="${path(low)} ${path(high.toReversed())}" fill=${colour} opacity=".16"/>`,
    )}
    ${marks.map(
      ({
        x: at,
        label: word,
      }) => svg`<line class="mark-line" x1=${across(at)} x2=${across(at)} y1=${TOP} y2=${HEIGHT - BOTTOM}/>
        <text class="mark-word" x=${across(at)} y=${TOP - 5} text-anchor=${across(at) > width / 2 ? "end" : "start"}>▼ ${word}</text>`,
    )}
    ${curves.map(
      ({ points, colour, dash, width = 1.8 }) =>
        svg`<polyline points=${path(points)} fill="none" stroke=${colour} stroke-width=${width} stroke-dasharray=${dash ?? nothing}/>`,
    )}
    ${ends.map(({ name, colour, y }) => svg`<text class="end" x=${right + GAP} y=${y} fill=${colour}>${name}</text>`)}
    ${
      open
        ? places(figure).map(({ at, value, name }, i) => {
            const circle = (cls: string, r: number) =>
              svg`<circle class=${cls} cx=${across(at)} cy=${up(value)} r=${r}/>`;
            return opens(name, i, () => open(at), [circle("hit", 8), circle("seen", 3)]);
          })
        : nothing
    }
  </svg>
  ${says} ${plotTable(figure)}`;
}

/** What a curve has at the places of another. */
function shared({ points }: Curve, other: Curve): Points {
  const places = new Set(other.points.map(([at]) => at));
  return points.filter(([at]) => places.has(at));
}

function place({ low, high, log }: Axis, from: number, to: number): (value: number) => number {
  const scale = log ? Math.log : (value: number) => value;
  const [first, last] = [scale(low), scale(high)];
  return (value) => {
    const share =
      (scale(Math.max(value, log ? low : Number.NEGATIVE_INFINITY)) - first) / (last - first || 1);
    return from + Math.min(1.02, Math.max(-0.02, share)) * (to - from);
  };
}

function marksOf({ low, high, log }: Axis): number[] {
  if (!log) return low === 0 ? ticks(high, 4) : ticks(high - low, 4).map((tick) => low + tick);
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}
