/** The strip in words and numbers. */

import { html } from "lit";
import { compact, percent, scientific } from "../format";
import { HEALTHY } from "../run/zone";
import { text } from "../text";
import { type Column, shape } from "./columns";
import type { Depth } from "./depth";

const figure = (value: number | null | undefined, write: (value: number) => string) =>
  value === null || value === undefined ? "–" : write(value);

/** One row a column; the same figures as the marks. */
export function stripTable(list: Column[], depths: Depth[]) {
  const { strip } = text;
  return html`<div class="data-table strip-table" tabindex="0" role="region" aria-label=${strip.table}>
    <table>
      <thead><tr>${strip.heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>
        ${list.map(({ main, layers }, i) => {
          const now = depths[i]?.now;
          return html`<tr>
            <th scope="row">${main.title}</th>
            <td>${shape(layers.at(-1)?.shape ?? [])}</td>
            <td>${figure(now?.mean, compact)}</td>
            <td>${figure(now?.deviation, compact)}</td>
            <td>${figure(now?.dead ?? now?.saturated, (share) => percent(share, 0))}</td>
            <td>${figure(now?.gradient, scientific)}</td>
            <td>${now?.frozen ? strip.frozen : figure(now?.update, scientific)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** What stands out, in one sentence. */
export function stripSummary(list: Column[], depths: Depth[]): string {
  const named = depths.flatMap(({ now }, i) => (now ? [{ title: list[i]?.main.title ?? "", now }] : []));
  const spreads = named.map(({ now }) => now.deviation).filter(Number.isFinite);
  if (spreads.length === 0) return "";
  const outside = named.filter(
    ({ now: { update } }) => update !== null && (update < HEALTHY[0] || update > HEALTHY[1]),
  );
  const trained = depths.some((depth) => depth.trained);
  return text.strip.summary(
    compact(Math.min(...spreads)),
    compact(Math.max(...spreads)),
    trained ? outside.map(({ title }) => title) : [],
  );
}
