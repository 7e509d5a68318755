/** The colour scales of the tokens, as bytes. They are read again when the theme changes. */

import { themeChanged } from "./theme";

type Colour = [number, number, number];
export type Scale = "div" | "pix" | "seq";

const STOPS: Record<Scale, string[]> = {
  div: ["neg-3", "neg-2", "neg-1", "0", "pos-1", "pos-2", "pos-3"].map((stop) => `--div-${stop}`),
  pix: ["--pix-0", "--pix-1"],
  seq: ["0", "1", "2", "3", "4", "5"].map((stop) => `--seq-${stop}`),
};

const STEPS = 255;
let tables: Partial<Record<Scale, Uint8ClampedArray>> = {};
themeChanged.addEventListener("change", () => {
  tables = {};
});

/** A token's value as written. */
export const token = (name: string, from: Element = document.documentElement) =>
  getComputedStyle(from).getPropertyValue(name).trim();

/** `#rrggbb`, or the `#rgb` that a minifier makes of it. */
function bytes(hex: string): Colour {
  const digits = hex.length === 4 ? hex.replace(/[^#]/g, "$&$&") : hex;
  const value = Number.parseInt(digits.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** `[256, 3]` bytes from the low to the high end of a scale. */
export function table(scale: Scale): Uint8ClampedArray {
  const known = tables[scale];
  if (known) return known;
  const stops = STOPS[scale].map((name) => bytes(token(name)));
  const made = new Uint8ClampedArray((STEPS + 1) * 3);
  for (let i = 0; i <= STEPS; i++) {
    const at = (i / STEPS) * (stops.length - 1);
    const left = Math.min(stops.length - 2, Math.floor(at));
    const share = at - left;
    const from = stops[left] as Colour;
    const to = stops[left + 1] as Colour;
    for (let c = 0; c < 3; c++) {
      made[i * 3 + c] = (from[c] as number) + share * ((to[c] as number) - (from[c] as number));
    }
  }
  tables[scale] = made;
  return made;
}
