/** Numbers below the marks of the strip: written as long as their column is wide. */

import { token } from "./colours";

/** Between the numbers of neighbours; more than a space within them, so that they are not read across. */
const [GAP, WIDE] = [3, 11];
const context = document.createElement("canvas").getContext("2d");
let face = "";

/** The first that fits a column, else the last; faces differ too much to count letters. */
export function fitting(column: number, strong: boolean, ...words: string[]): string {
  face ||= token("--font");
  if (context) context.font = `${token(strong ? "--w-strong" : "--w-normal")} ${token("--t-micro")} ${face}`;
  // On the page all digits are as wide as a 0.
  const width = (one: string) => context?.measureText(one.replace(/\d/g, "0")).width ?? 0;
  const fits = (one: string) => width(one) <= column - (one.includes(" ") ? WIDE : GAP);
  return words.find(fits) ?? words.at(-1) ?? "";
}
