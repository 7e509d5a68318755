/** Changes of settings, so that the last one can be taken back, and made again. */

import type { Value } from "../engine/types";
import { text } from "../text";
import type { Notes } from "./notes";
import type { Recipe } from "./recipe";

interface Change {
  key: string;
  from: Value;
  to: Value;
}

export class History {
  private done: Change[] = [];
  private undone: Change[] = [];

  constructor(
    private readonly recipe: Recipe,
    private readonly notes: Notes,
  ) {}

  add(key: string, from: Value, to: Value): void {
    if (String(from) === String(to)) return;
    this.done.push({ key, from, to });
    this.undone = [];
  }

  clear(): void {
    this.done = [];
    this.undone = [];
  }

  undo(): void {
    this.takeBack(this.done, this.undone);
  }

  redo(): void {
    this.takeBack(this.undone, this.done);
  }

  private takeBack(changes: Change[], other: Change[]): void {
    let last = changes.pop();
    // What something else has changed since is not there any more.
    while (last && String(this.shown(last.key)) !== String(last.to)) last = changes.pop();
    const setting = this.recipe.setting(last?.key ?? "");
    if (!last || !setting) {
      this.notes.say(text.recipe.nothing);
      return;
    }
    other.push({ key: last.key, from: last.to, to: last.from });
    this.recipe.act(last.key, last.from);
    this.notes.say(text.recipe.takenBack(setting.label, text.word(setting, last.from)));
  }

  private shown(key: string): Value {
    return this.recipe.invalid.get(key)?.value ?? this.recipe.value(key);
  }
}
