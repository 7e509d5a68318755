/** Convolution and dense layers: sums of products. */

import type { Computed } from "../engine/proof";
import { text } from "../text";
import { inside, type Line, print, products, type Sheet } from "./sheet";

/** Products printed one by one. */
const MOST = 9;
const SUMS = 8;

export interface Place {
  channel: number;
  row: number;
  column: number;
}

export function conv({ constants, reads, writes }: Computed, place: Place): Sheet {
  const size = (name: string) => constants[name] ?? 0;
  const [ic, h, w, kh, kw] = [size("IC"), size("H"), size("W"), size("KH"), size("KW")];
  const [stride, padding, oh, ow] = [size("STRIDE"), size("PADDING"), size("OH"), size("OW")];
  const [x, weight, bias] = reads.map(({ data }) => data);
  const channels = Array.from({ length: ic }, (_, c) => {
    const pairs: [number, number][] = [];
    for (let i = 0; i < kh; i++) {
      for (let j = 0; j < kw; j++) {
        const [row, column] = [place.row * stride - padding + i, place.column * stride - padding + j];
        const outside = row < 0 || column < 0 || row >= h || column >= w;
        const pixel = outside ? 0 : (x?.[(c * h + row) * w + column] ?? 0);
        pairs.push([weight?.[((place.channel * ic + c) * kh + i) * kw + j] ?? 0, pixel]);
      }
    }
    return { c, ...products(pairs, MOST) };
  });
  const b = bias?.[place.channel] ?? 0;
  const engine = writes[0]?.data[(place.channel * oh + place.row) * ow + place.column] ?? 0;
  return { rule: "y = Σ w · x + b", where: text.formula.conv(kh, kw), lines: sums(channels, b), engine };
}

function sums(channels: { c: number; numbers: string; result: number }[], b: number): Line[] {
  const [only] = channels;
  if (only && channels.length === 1) {
    return [{ name: "y", numbers: `${only.numbers} + ${inside(b)}`, result: only.result + b }];
  }
  const order = channels.toSorted((a, b) => Math.abs(b.result) - Math.abs(a.result));
  const [largest] = order;
  if (!largest) return [];
  const shown = order.slice(0, SUMS);
  const rest = order.slice(SUMS).reduce((total, { result }) => total + result, 0);
  const terms = shown.map(({ result }) => inside(result));
  if (order.length > SUMS) terms.push(inside(rest));
  return [
    { name: text.formula.channel(largest.c), numbers: largest.numbers, result: largest.result },
    {
      name: text.formula.allChannels(channels.length),
      numbers: `${terms.join(" + ")} + ${inside(b)}`,
      result: shown.reduce((total, { result }) => total + result, rest) + b,
    },
  ];
}

export function dense({ constants, reads, writes }: Computed, place: Place): Sheet {
  const inputs = constants.INPUTS ?? 0;
  const [x, weight, bias] = reads.map(({ data }) => data);
  const pairs = Array.from({ length: inputs }, (_, i): [number, number] => [
    weight?.[place.channel * inputs + i] ?? 0,
    x?.[i] ?? 0,
  ]);
  const b = bias?.[place.channel] ?? 0;
  const { numbers, result } = products(pairs, SUMS);
  return {
    rule: "y = Σ w · x + b",
    where: text.formula.dense(inputs, Math.min(SUMS, inputs)),
    lines: [{ name: "y", numbers: `${numbers} + ${inside(b)}`, result: result + b }],
    engine: writes[0]?.data[place.channel] ?? 0,
  };
}

/** Two ways meet. */
export function add({ reads }: Computed, at: number): Line[] {
  const [a = 0, b = 0] = reads.map(({ data }) => data[at] ?? 0);
  return [{ name: "s", numbers: `${print(a)} + ${inside(b)}`, result: a + b }];
}
