/** What may be chosen about a figure: axis, smoothing, lines, and its files. */

import { html, nothing } from "lit";
import { type CurveStyle, curveStyle, LENGTHS, MOST_SMOOTHING, setStyle, WEIGHTS } from "../curve-style";
import { fixed } from "../format";
import type { Measure } from "../series";
import { text } from "../text";

export type FileKind = "csv" | "png" | "svg";
const FILES: FileKind[] = ["csv", "png", "svg"];

/** `changed` draws again, `save` writes a file. */
export function curveOptions(measure: Measure, changed: () => void, save: (kind: FileKind) => void) {
  const { options } = text.curves;
  const { log, smoothing, weight, dash } = curveStyle;
  const set = (change: Partial<CurveStyle>) => {
    setStyle(change);
    changed();
  };
  const value = (event: Event) => Number((event.target as HTMLInputElement).value);
  return html`<div class="curve-options" role="group" aria-label="${text.curves[measure]}: ${options.label}">
    ${
      measure === "loss"
        ? html`<label class="check"><input type="checkbox" .checked=${log} @change=${(event: Event) => set({ log: (event.target as HTMLInputElement).checked })} />${options.log}</label>`
        : nothing
    }
    <label>${options.smoothing} <b>${fixed(smoothing)}</b>
      <input type="range" min="0" max=${MOST_SMOOTHING} step="0.01" .value=${String(smoothing)} style="--p:${(100 * smoothing) / MOST_SMOOTHING}%" @input=${(event: Event) => set({ smoothing: value(event) })} />
    </label>
    <label>${options.weight}
      <select @change=${(event: Event) => set({ weight: value(event) })}>
        ${WEIGHTS.map((factor, i) => html`<option value=${factor} ?selected=${factor === weight}>${options.weights[i]}</option>`)}
      </select>
    </label>
    <label>${options.dash}
      <select @change=${(event: Event) => set({ dash: value(event) })}>
        ${LENGTHS.map((factor, i) => html`<option value=${factor} ?selected=${factor === dash}>${options.lengths[i]}</option>`)}
      </select>
    </label>
    <div class="files">
      <span>${options.save}</span>
      ${FILES.map((kind) => html`<button class="btn" aria-label=${options.saveAs(text.curves[measure], kind.toUpperCase())} @click=${() => save(kind)}>${kind.toUpperCase()}</button>`)}
    </div>
  </div>`;
}
