/** The strip in words and numbers. */

import { compact, percent, scientific, shape } from "../format";
import { HEALTHY } from "../run/zone";
import { text } from "../text";
import type { Column } from "./columns";
import type { Depth } from "./depth";
import { table } from "./table";

const figure = (value: number | null | undefined, write: (value: number) => string) =>
  value === null || value === undefined ? "–" : write(value);

/** One row a column; the same figures as the marks. */
export function stripTable(list: Column[], depths: Depth[]) {
  const { strip } = text;
  const rows = list.map(({ main, layers }, i) => {
    const now = depths[i]?.now;
    return [
      main.title,
      shape(layers.at(-1)?.shape ?? []),
      figure(now?.mean, compact),
      figure(now?.deviation, compact),
      figure(now?.dead ?? now?.saturated, (share) => percent(share, 0)),
      figure(now?.gradient, scientific),
      now?.frozen ? strip.frozen : figure(now?.update, scientific),
    ];
  });
  return table(strip.table, strip.heads, rows, { cls: "data-table strip-table" });
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
