/** Numbers in rows, the first cell of each its name; too many for their place, they scroll in it. */

import { html, nothing } from "lit";
import { text } from "../text";
import "./scroll";

export function table(
  label: string,
  heads: string[],
  rows: unknown[][],
  { cls = "scroll numbers", caption = "" } = {},
) {
  return html`<lab-scroll class=${cls} role="region" aria-label=${label}>
    <table>
      ${caption ? html`<caption>${caption}</caption>` : nothing}
      <thead><tr>${heads.map((head) => (head ? html`<th scope="col">${head}</th>` : html`<td></td>`))}</tr></thead>
      <tbody>
        ${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}
      </tbody>
    </table>
  </lab-scroll>`;
}

/** The numbers of a figure, folded below it. */
export function dataTable(figure: string, heads: string[], rows: unknown[][]) {
  const label = `${figure}: ${text.curves.table}`;
  return html`<details>
    <summary aria-label=${label}>${text.curves.table}</summary>
    ${table(label, heads, rows)}
  </details>`;
}

/** Every so many, and the last: about as many as a reader takes in. */
export function thinned<T>(list: T[], most: number): T[] {
  const stride = Math.max(1, Math.ceil(list.length / most));
  return list.filter((_, i) => i % stride === 0 || i === list.length - 1);
}
