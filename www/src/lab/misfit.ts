/** Where a network that was asked for cannot be. */

import { text } from "../text";
import type { Recipe } from "./recipe";

/** `Layer 5, pool: …` */
const PLACE = /^Layer (\d+), ([^:]+):/;

export interface Misfit {
  /** The setting that asks for it, and its value. */
  key: string;
  value: string;
  number: number;
  word: string;
  message: string;
  /** The same without the reason, which stands at the layer. */
  brief: string;
}

export function misfit({ invalid }: Recipe): Misfit | undefined {
  for (const key of ["net", "groups"]) {
    const wrong = invalid.get(key);
    const [, number, word] = PLACE.exec(wrong?.message ?? "") ?? [];
    if (wrong && number && word)
      return { key, ...wrong, number: Number(number), word, brief: text.recipe.misfit(number, word) };
  }
  return undefined;
}
