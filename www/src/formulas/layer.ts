/** The sheet of a layer: which rule it follows, at one of its units. */

import type { Computed, LayerValues } from "../engine/proof";
import { text } from "../text";
import { activation, norm } from "./pointwise";
import { average, max } from "./pool";
import type { Sheet } from "./sheet";
import { add, conv, dense, type Place } from "./weights";

/** `[C, H, W]` of what the layer makes. */
export function shapeOf({ computed }: LayerValues): [number, number, number] {
  const [c = 1, h = 1, w = 1] = computed.at(-1)?.writes[0]?.shape ?? [];
  return [c, h, w];
}

/** The unit at a place in the numbers. */
export const placeOf = (at: number, [, height, width]: [number, number, number]): Place => ({
  channel: Math.floor(at / (height * width)),
  row: Math.floor(at / width) % height,
  column: at % width,
});

/** Nothing for a layer that hands on what it gets. */
export function sheetOf(values: LayerValues, place: Place): Sheet | undefined {
  const { computed, image } = values;
  const last = computed.at(-1);
  if (!last) return undefined;
  const [channels, height, width] = shapeOf(values);
  const at = (place.channel * height + place.row) * width + place.column;
  const rules: Record<string, (kernel: Computed) => Sheet | undefined> = {
    "conv/forward": (kernel) => conv(kernel, place),
    "dense/forward": (kernel) => dense(kernel, place),
    "norm/normalize": (kernel) => norm(kernel, at, image * channels * height * width),
    "activation/forward": (kernel) => activation(kernel, at),
    "pool/max_forward": (kernel) => max(kernel, place),
    "pool/average_forward": (kernel) => average(kernel, place),
  };
  const sum = computed.find(({ kernel }) => kernel === "residual/add");
  const made = rules[last.kernel]?.(last);
  if (!sum) return made;
  const lines = add(sum, at);
  const both = {
    rule: "s = F(x) + shortcut",
    where: text.formula.residual,
    lines,
    engine: sum.writes[0]?.data[at] ?? 0,
  };
  return made
    ? { ...made, rule: `${both.rule},  ${made.rule}`, where: both.where, lines: [...lines, ...made.lines] }
    : both;
}
