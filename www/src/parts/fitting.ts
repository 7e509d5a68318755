/** Numbers below the marks of the strip: written as long as their column is wide. */

import { token } from "./colours";

const SIZE = 10.5;
/** Between the numbers of neighbours; more than a space within them, so that they are not read across. */
const [GAP, WIDE] = [3, 11];
const context = document.createElement("canvas").getContext("2d");
let face = "";

/** The first that fits a column, else the last; faces differ too much to count letters. */
export function fitting(column: number, strong: boolean, ...words: string[]): string {
  face ||= token("--font");
  if (context) context.font = `${strong ? 640 : 400} ${SIZE}px ${face}`;
  const fits = (one: string) =>
    (context?.measureText(one).width ?? 0) <= column - (one.includes(" ") ? WIDE : GAP);
  return words.find(fits) ?? words.at(-1) ?? "";
}
