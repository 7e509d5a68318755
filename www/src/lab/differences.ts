/** What differs between two recipes, each change said once. */

import type { Setting, Value } from "../engine/types";
import { text } from "../text";

type Values = Record<string, Value>;

/** A number that only the new choice has is told with that choice, not as a change of its own. */
export function differences(settings: Setting[], before: Values, after: Values): string[] {
  const value = (values: Values, { key, default: usual }: Setting) => values[key] ?? usual;
  const means = ({ when }: Setting, values: Values) => {
    const choice = settings.find(({ key }) => key === when?.key);
    return !when || !choice || when.values.includes(String(value(values, choice)));
  };
  /** The number that `Deviation…` asks for. */
  const asked = (setting: Setting, values: Values) =>
    text.word(setting, value(values, setting)).endsWith("…")
      ? settings.find((one) => one.when?.key === setting.key && means(one, values))
      : undefined;
  const word = (setting: Setting, values: Values) => {
    const number = asked(setting, values);
    return number ? text.phrase(number, value(values, number)) : text.word(setting, value(values, setting));
  };
  const told = new Set(settings.map((setting) => asked(setting, after)));
  const differs = (setting: Setting) => String(value(before, setting)) !== String(value(after, setting));
  return settings
    .filter((setting) => differs(setting) && means(setting, after))
    .flatMap((setting) => {
      if (means(setting, before)) return [text.turns(setting, word(setting, before), word(setting, after))];
      return told.has(setting) ? [] : [text.phrase(setting, value(after, setting))];
    });
}
