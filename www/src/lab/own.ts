/** What the page itself lets choose: declared as the engine's settings are, so that the recipe draws it, too. */

import type { Setting, Value } from "../engine/types";
import type { StopRules } from "../run/stops";
import { text } from "../text";

const { own } = text;

export const OWN: Setting[] = [
  {
    ...own.seconds,
    key: "seconds",
    group: "Run",
    kind: "number",
    live: true,
    default: 0,
    min: 0,
    max: 86_400,
    slider: [0, 600],
    integer: true,
  },
  {
    ...own.accuracy,
    key: "accuracy",
    group: "Run",
    kind: "number",
    live: true,
    default: 0,
    min: 0,
    max: 1,
  },
  {
    ...own.patience,
    key: "patience",
    group: "Run",
    kind: "number",
    live: true,
    default: 0,
    min: 0,
    max: 1000,
    slider: [0, 20],
    integer: true,
  },
  { ...own.hidden, key: "hidden", group: "Run", kind: "choice", live: true, default: "on" },
];

export const isOwn = (key: string): boolean => OWN.some((setting) => setting.key === key);

/** Words that say when a run stops, as in `stop=seconds.60,accuracy.0.95`. */
const STOPS = ["seconds", "accuracy", "patience"] as const;

export function stopWord(values: ReadonlyMap<string, Value>): string {
  const set = STOPS.filter((key) => Number(values.get(key) ?? 0) > 0);
  return set.map((key) => `${key}.${values.get(key)}`).join(",");
}

/** The rules of a word; undefined where it has anything else in it. */
export function readStops(word: string): Map<string, Value> | undefined {
  const values = new Map<string, Value>();
  for (const part of word.split(",")) {
    const [, key, number] = /^([a-z]+)\.(\d+(?:\.\d+)?)$/.exec(part) ?? [];
    const { min = 0, max = 0, integer } = OWN.find((setting) => setting.key === key) ?? {};
    const value = Number(number);
    const known = STOPS.some((stop) => stop === key);
    if (!key || !known || !(value >= min && value <= max) || (integer && !Number.isInteger(value)))
      return undefined;
    values.set(key, value);
  }
  return values;
}

export function rulesOf(values: ReadonlyMap<string, Value>): StopRules {
  const number = (key: keyof StopRules) => Number(values.get(key) ?? 0);
  return { seconds: number("seconds"), accuracy: number("accuracy"), patience: number("patience") };
}
