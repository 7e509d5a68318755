/** Windows that keep one number of many. */

import type { Computed } from "../engine/proof";
import { text } from "../text";
import { inside, print, type Sheet } from "./sheet";
import type { Place } from "./weights";

/** Numbers printed one by one. */
const MOST = 16;

function window({ constants, reads }: Computed, { channel, row, column }: Place): number[] {
  const size = (name: string) => constants[name] ?? 0;
  const [h, w, padding] = [size("H"), size("W"), size("PADDING")];
  const values: number[] = [];
  for (let i = 0; i < size("KH"); i++) {
    for (let j = 0; j < size("KW"); j++) {
      const [y, x] = [row * size("STRIDE") - padding + i, column * size("STRIDE") - padding + j];
      if (y >= 0 && x >= 0 && y < h && x < w) values.push(reads[0]?.data[(channel * h + y) * w + x] ?? 0);
    }
  }
  return values;
}

const made = ({ constants, writes }: Computed, { channel, row, column }: Place): number =>
  writes[0]?.data[(channel * (constants.OH ?? 1) + row) * (constants.OW ?? 1) + column] ?? 0;

export function max(computed: Computed, place: Place): Sheet {
  const values = window(computed, place);
  return {
    rule: "y = max(x)",
    where: text.formula.window(values.length),
    lines: [{ name: "y", numbers: `max(${values.map(print).join(", ")})`, result: Math.max(...values) }],
    engine: made(computed, place),
  };
}

export function average(computed: Computed, place: Place): Sheet {
  const { constants } = computed;
  const values = window(computed, place);
  const count = constants.COUNT_INCLUDE_PAD === 1 ? (constants.KH ?? 1) * (constants.KW ?? 1) : values.length;
  const total = values.reduce((sum, value) => sum + value, 0);
  const shown = values.slice(0, MOST);
  const rest = total - shown.reduce((sum, value) => sum + value, 0);
  const terms = shown.map(inside);
  if (values.length > MOST) terms.push(inside(rest));
  return {
    rule: "y = Σ x / n",
    where: text.formula.window(values.length),
    lines: [{ name: "y", numbers: `(${terms.join(" + ")}) / ${count}`, result: total / count }],
    engine: made(computed, place),
  };
}
