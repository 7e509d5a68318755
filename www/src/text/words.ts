/** How the catalogue forms its sentences. */

import { count, plain } from "../format";

export const plural = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`;

export const share = (part: number) => `${plain(Number((100 * part).toPrecision(3)))} %`;

export const sentence = (words: string) => words.replace(/[.!?]?$/, ".");

/** A bound as it is read: whole numbers in groups of three digits. */
export const limit = (value: number) => (Number.isInteger(value) ? count(value) : plain(value));
