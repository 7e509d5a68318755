/** Which dash is which split, and which colour and mark is which run. */

import { html, nothing, svg } from "lit";
import { curveStyle, DASHES } from "../curve-style";
import { lab } from "../lab";
import { text } from "../text";
import { markerPath } from "./marker";

export function splitLegend() {
  const entries = ["train", "clean", "validation"] as const;
  return html`<span class="legend">
    ${entries.map(
      (split) => html`<span title=${text.curves.help[split]}>
        <svg viewBox="0 0 20 8" aria-hidden="true">
          ${svg`<path d="M1 4h18" stroke="var(--ink-2)" stroke-width=${1.9 * curveStyle.weight} stroke-linecap=${split === "clean" ? "round" : "butt"} stroke-dasharray=${DASHES[split].join(" ")}/>`}
        </svg>${text.curves[split]}</span>`,
    )}
  </span>`;
}

/** Runs whose names find room. */
const NAMED = 2;

/** The runs that are drawn, the current one first. */
export function runLegend() {
  const current = lab.runs.current ?? lab.preview.kept;
  const runs = [...(current ? [current] : []), ...lab.runs.drawn];
  const others = runs.slice(NAMED).map(({ name }) => name);
  return html`<span class="legend">
    ${runs.slice(0, NAMED).map(
      ({ name, colour }, i) => html`<span class=${i === 0 ? "now" : ""} title=${name}>
        <svg class="dot" viewBox="0 0 10 8" aria-hidden="true">
          ${svg`<path transform="translate(5 4)" d=${markerPath(colour, 3.2)} fill="var(--run-${colour})"/>`}
        </svg><bdi>${name}</bdi></span>`,
    )}
    ${others.length > 0 ? html`<span title=${others.join(", ")}>+ ${others.length}</span>` : nothing}
  </span>`;
}
