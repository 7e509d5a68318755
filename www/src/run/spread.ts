/** How the numbers of each layer were spread, look by look. */

import type { Histogram, LayerView } from "../engine/types";

export interface Spread {
  step: number;
  layers: Map<string, { activations?: Histogram; weights?: Histogram }>;
}

export const BINS = 32;
/** More looks than this are thinned: every second one goes, the first and the newest stay. */
const MOST = 64;

export class Spreads {
  list: Spread[] = [];

  add(step: number, views: LayerView[]): void {
    if (this.list.at(-1)?.step === step) this.list.pop();
    const layers = views.map(({ name, activations, weights }) => [name, { activations, weights }] as const);
    this.list.push({ step, layers: new Map(layers) });
    if (this.list.length <= MOST) return;
    const last = this.list.length - 1;
    this.list = this.list.filter((_, i) => i % 2 === 0 || i === last);
  }

  /** Columns of one layer's picture: shares per bin over one common range, `[BINS, looks]`, highest bin first. */
  picture(layer: string, what: "activations" | "weights"): Picture | undefined {
    const all = this.list.map(({ layers }) => layers.get(layer)?.[what]).filter((one) => one !== undefined);
    if (all.length === 0) return undefined;
    const low = Math.min(...all.map(({ edges }) => edges[0] ?? 0));
    const high = Math.max(...all.map(({ edges }) => edges.at(-1) ?? 0));
    const data = new Float32Array(BINS * all.length);
    for (const [column, histogram] of all.entries()) pour(histogram, low, high, data, column, all.length);
    return { data, width: all.length, height: BINS, low, high };
  }
}

/** The number below which a share of them lies. */
export function quantile({ edges, counts }: Histogram, share: number): number {
  let left = share * counts.reduce((sum, n) => sum + n, 0);
  for (const [i, n] of counts.entries()) {
    const [from = 0, to = 0] = [edges[i], edges[i + 1]];
    if (left <= n) return from + (n > 0 ? ((to - from) * left) / n : 0);
    left -= n;
  }
  return edges.at(-1) ?? 0;
}

export interface Picture {
  data: Float32Array;
  width: number;
  height: number;
  low: number;
  high: number;
}

/** Pours the counts of one histogram into common bins; square roots show thin tails, too. */
function pour(
  { edges, counts }: Histogram,
  low: number,
  high: number,
  out: Float32Array,
  column: number,
  width: number,
): void {
  const all = counts.reduce((sum, n) => sum + n, 0) || 1;
  const size = (high - low) / BINS || 1;
  const shares = new Float64Array(BINS);
  counts.forEach((n, i) => {
    const [from, to] = [edges[i] ?? low, edges[i + 1] ?? high];
    const first = Math.min(BINS - 1, Math.max(0, Math.floor((from - low) / size)));
    const last = Math.min(BINS - 1, Math.max(first, Math.ceil((to - low) / size) - 1));
    for (let bin = first; bin <= last; bin++) {
      shares[bin] = (shares[bin] ?? 0) + n / all / (last - first + 1);
    }
  });
  shares.forEach((share, bin) => {
    out[(BINS - 1 - bin) * width + column] = Math.sqrt(share);
  });
}
