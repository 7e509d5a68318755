import { html, nothing } from "lit";
import type { SearchRow } from "../../engine/procedures";
import type { Setting } from "../../engine/types";
import { percent } from "../../format";
import { text } from "../../text";
import "../scroll";
import { opensTrial } from "./trials";

const SHADES = 5;
/** Accuracies that lie closer are not told apart by all shades. */
const LEAST_SPAN = 0.1;

/** A grid search as a map: a cell a trial, darker where more validation images are right. */
export function heatMap(
  rows: SearchRow[],
  [across, down]: [Setting, Setting],
  best: number | undefined,
  open: (row: SearchRow) => void,
) {
  const word = (row: SearchRow, { key }: Setting) => row.values.find(([known]) => known === key)?.[1] ?? "";
  const distinct = (setting: Setting) => [...new Set(rows.map((row) => word(row, setting)))];
  const [columns, lines] = [distinct(across), distinct(down)];
  const accuracies = rows.flatMap(({ validation }) => (validation ? [validation.accuracy] : []));
  const high = Math.max(...accuracies);
  const low = Math.max(0, Math.min(high - LEAST_SPAN, ...accuracies));
  const cell = (column: string, line: string) => {
    const row = rows.find((one) => word(one, across) === column && word(one, down) === line);
    if (!row) return html`<td></td>`;
    const { validation } = row;
    const shade = validation ? Math.round((SHADES * (validation.accuracy - low)) / (high - low || 1)) : 0;
    const name = opensTrial(row);
    return html`<td class="shade-${shade} ${row.trial === best ? "best" : ""}" style="background:var(--seq-${shade})">
      <button aria-label=${name} title=${name} @click=${() => open(row)}>${validation ? percent(validation.accuracy, 0) : "✕"}</button>
    </td>`;
  };
  return html`<lab-scroll class="scroll" role="region" aria-label=${text.search.map}>
    <table class="heat">
      <thead>
        <tr><th scope="col">${down.label} ↓ ${across.label} →</th>${columns.map((column) => html`<th scope="col">${text.word(across, column)}</th>`)}</tr>
      </thead>
      <tbody>
        ${lines.map((line) => html`<tr><th scope="row">${text.word(down, line)}</th>${columns.map((column) => cell(column, line))}</tr>`)}
      </tbody>
    </table>
    ${
      accuracies.length > 0
        ? html`<p class="heat-scale">${text.search.scale} ${percent(low, 0)}<i aria-hidden="true"></i>${percent(high, 0)}</p>`
        : nothing
    }
  </lab-scroll>`;
}
