import { html, svg } from "lit";
import type { SearchRow } from "../../engine/procedures";
import type { Setting } from "../../engine/types";
import { percent, reading } from "../../format";
import { text } from "../../text";
import { opens } from "./opens";
import { opensTrial } from "./trials";

const WIDTH = 380;
const HEIGHT = 170;
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 52, 22, 12];

/** Trials as lines from setting to setting to the validation accuracy; the best is drawn bold, each opens. */
export function parallel(
  rows: SearchRow[],
  settings: Setting[],
  best: number | undefined,
  open: (row: SearchRow) => void,
) {
  const finished = rows.filter(({ validation }) => validation);
  const accuracies = finished.map(({ validation }) => validation?.accuracy ?? 0);
  const [low, high] = [Math.min(...accuracies), Math.max(...accuracies)];
  const bottom = HEIGHT - BOTTOM;
  const at = (share: number) => bottom - share * (bottom - TOP);
  const x = (i: number) => LEFT + (i * (WIDTH - LEFT - RIGHT)) / settings.length;
  const scales = settings.map((setting) => scaleOf(setting, finished));
  const share = (accuracy: number) => (accuracy - low) / (high - low || 1);
  const line = ({ values, validation }: SearchRow) =>
    [
      ...settings.map(({ key }, i) => {
        const word = values.find(([known]) => known === key)?.[1] ?? "";
        return `${x(i)},${at(scales[i]?.place(word) ?? 0).toFixed(1)}`;
      }),
      `${x(settings.length)},${at(share(validation?.accuracy ?? 0)).toFixed(1)}`,
    ].join(" ");
  const order = finished.toSorted((a, b) => Number(a.trial === best) - Number(b.trial === best));
  return html`<svg class="plot-of parallel" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label=${text.search.lines(finished.length)}>
    ${order.map((row, i) => {
      const shade = 1 + Math.round(4 * share(row.validation?.accuracy ?? 0));
      const bold = row.trial === best;
      const points = line(row);
      return opens(
        opensTrial(row),
        i,
        () => open(row),
        svg`<polyline class="hit" points=${points}/><polyline class="seen" points=${points} stroke=${bold ? "var(--accent)" : `var(--seq-${shade})`} stroke-width=${bold ? 2.6 : 1.4}/>`,
      );
    })}
    ${[
      ...settings.map(({ label }, i) => ({ label, ends: scales[i]?.ends ?? ["", ""] })),
      { label: text.search.validation, ends: [percent(low, 0), percent(high, 0)] },
    ].map(({ label, ends }, i) => {
      // Right of the last one there are no lines.
      const [beside, anchor] = i < settings.length ? [x(i) - 5, "end"] : [x(i) + 6, "start"];
      return svg`<line class="axis-line" x1=${x(i)} x2=${x(i)} y1=${TOP} y2=${bottom}/>
          <text class="tick" x=${x(i)} y="10" text-anchor="middle">${label}</text>
          <text class="tick" x=${beside} y=${bottom} text-anchor=${anchor}>${ends[0]}</text>
          <text class="tick" x=${beside} y=${TOP + 8} text-anchor=${anchor}>${ends[1]}</text>`;
    })}
  </svg>`;
}

/** Where a word sits between the ends of what was tried, 0 to 1. */
function scaleOf(setting: Setting, rows: SearchRow[]) {
  const words = rows.map(({ values }) => values.find(([key]) => key === setting.key)?.[1] ?? "");
  if (setting.kind === "choice") {
    const known = [...new Set(words)];
    const last = Math.max(1, known.length - 1);
    return {
      place: (word: string) => known.indexOf(word) / last,
      ends: [known[0] ?? "", known.at(-1) ?? ""],
    };
  }
  const numbers = words.map(Number);
  const scale = (value: number) => (setting.scale === "log" ? Math.log(Math.max(value, 1e-12)) : value);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const span = scale(high) - scale(low) || 1;
  return {
    place: (word: string) => (scale(Number(word)) - scale(low)) / span,
    ends: [reading(low), reading(high)],
  };
}
