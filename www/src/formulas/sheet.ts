/** A layer's rule with the numbers of one unit filled in, so that a person can check it by hand. */

import { power } from "../format";

export interface Line {
  /** What the line computes: "x̂", "channel 3". */
  name: string;
  /** The rule with its numbers: "1.2 · 0.5 + 0.1". */
  numbers: string;
  result: number;
}

export interface Sheet {
  /** In symbols: "y = Σ w · x + b". */
  rule: string;
  /** What the symbols stand for. */
  where: string;
  /** The last one gives the result. */
  lines: Line[];
  /** What the engine computed, where it did. */
  engine?: number;
}

/** Numbers are printed to five digits, so that three remain after the sums. */
const DIGITS = 5;
/** Numbers this far from 1 get a power of ten. */
const [SMALL, LARGE] = [1e-3, 1e5];

export function print(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const [mantissa = "0", exponent = "0"] = value.toExponential(DIGITS - 1).split("e");
  const text =
    size === 0 || (size >= SMALL && size < LARGE)
      ? String(Number(value.toPrecision(DIGITS)))
      : `${Number(mantissa)}·${power(Number(exponent))}`;
  return text.replace("-", "−");
}

/** In brackets where a sign would meet another. */
export const inside = (value: number): string => (value < 0 ? `(${print(value)})` : print(value));

/** The largest products in their order, the others as one number: "1.2 · 0.5 + 0.3 · (−2) + 0.01". */
export function products(pairs: [number, number][], most: number): { numbers: string; result: number } {
  const sizes = pairs.map(([a, b], i) => ({ i, size: Math.abs(a * b) }));
  const shown = new Set(
    sizes
      .sort((a, b) => b.size - a.size)
      .slice(0, most)
      .map(({ i }) => i),
  );
  const result = pairs.reduce((total, [a, b]) => total + a * b, 0);
  const rest = pairs.reduce((total, [a, b], i) => (shown.has(i) ? total : total + a * b), 0);
  const terms = pairs.flatMap(([a, b], i) => (shown.has(i) ? [`${inside(a)} · ${inside(b)}`] : []));
  if (shown.size < pairs.length) terms.push(inside(rest));
  return { numbers: terms.join(" + "), result };
}
