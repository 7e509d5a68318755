/** Layers as the strip names them, by address. */

import type { LayerDescription } from "./engine/types";
import { shape } from "./format";
import { text } from "./text";

/** Title and shape, `Conv 3×3, 16 · 28²`; where several have both they are counted. */
export function layerNames(layers: LayerDescription[]): Map<string, string> {
  const named = layers.map((layer) => [layer.name, `${layer.title}, ${shape(layer.shape)}`] as const);
  return new Map(
    named.map(([address, name]) => {
      const same = named.filter(([, other]) => other === name);
      const nth = same.findIndex(([other]) => other === address);
      return [address, same.length === 1 ? name : text.layers.nth(name, nth + 1, same.length)];
    }),
  );
}
