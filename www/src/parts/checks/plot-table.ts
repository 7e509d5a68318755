/** A plot in numbers. */

import { html } from "lit";
import { text } from "../../text";
import { dataTable, thinned } from "../table";
import type { Plot, Points } from "./plot";

/** As many as a reader takes in, and as can be told apart on a phone. */
const PLACES = 16;

/** Places of all curves, each with its name and the value of the last curve that has it. */
export function places({ x, y, curves, opens }: Plot) {
  const known = [...new Map(curves.flatMap(({ points }) => points))].sort(([a], [b]) => a - b);
  return thinned(known, PLACES).map(([at, value]) => {
    const where = `${x.label} ${x.say(at)}, ${y.label} ${y.say(value)}`;
    return { at, value, name: opens ? `${where}. ${opens(at)}` : text.checks.opens(where) };
  });
}

export function plotTable(plot: Plot) {
  const { x, y, curves, label, open } = plot;
  const heads = [x.label, ...curves.map(({ head, name = "" }) => head ?? name), ...(open ? [""] : [])];
  const rows = places(plot).map(({ at, name }) => [
    x.say(at),
    ...curves.map(({ points, band }) => {
      const said = (from: Points) => {
        const point = from.find(([place]) => place === at);
        return point ? y.say(point[1]) : "–";
      };
      return band
        ? html`${said(points)} <small>${text.search.span(said(band.low), said(band.high))}</small>`
        : said(points);
    }),
    ...(open
      ? [html`<button class="link" aria-label=${name} @click=${() => open(at)}>${text.checks.open}</button>`]
      : []),
  ]);
  return dataTable(label, heads, rows);
}
