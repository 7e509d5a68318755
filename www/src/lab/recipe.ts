/** What the controls show and what they ask for: values that act, wait, or cannot be used. */

import { describe } from "../engine/client";
import type { Problem, Setting, Value } from "../engine/types";
import type { Lab } from "../lab";
import { splitLink, withWords } from "../link";
import { store, stored } from "../prefs";
import { settings as more } from "../text/settings";
import { History } from "./history";
import { misfit } from "./misfit";
import { isOwn, OWN } from "./own";

/** Settings as they were asked for. */
export type Patch = Record<string, Value>;

export class Recipe {
  settings: Setting[] = [];
  /** Values of the page's own settings, where they differ from the default. */
  readonly own = new Map<string, Value>();
  /** Changes that wait for a restart. */
  readonly pending = new Map<string, Value>();
  /** What was typed but cannot be used, with the reason. */
  readonly invalid = new Map<string, { value: string; message: string }>();
  /** Keys of the controls that a lesson is about; all usual ones where there are none. */
  lesson: string[] = [];
  /** What the controls show while it is being applied. */
  asked: Patch = {};
  /** Resolves when what waits has been checked. */
  checked: Promise<void> | undefined;
  /** Keys of `invalid` for which the waiting changes make no network. */
  private impossible: string[] = [];
  private checking: Patch = {};
  /** The control that somebody has asked for. */
  sought = "";

  readonly history: History;

  constructor(private readonly lab: Lab) {
    this.history = new History(this, lab.notes);
  }

  setting(key: string): Setting | undefined {
    return this.settings.find((setting) => setting.key === key);
  }

  /** What counts when nothing is chosen; it follows from the data, the network and the optimizer of the run. */
  usual({ key, default: usual }: Setting): Value {
    return this.lab.run?.description.defaults[key] ?? usual;
  }

  /** What the control shows: what waits, else what acts. */
  value(key: string): Value {
    const { run } = this.lab;
    const own = this.own.get(key);
    if (own !== undefined) return own;
    return this.pending.get(key) ?? this.asked[key] ?? run?.values[key] ?? this.setting(key)?.default ?? "";
  }

  /** A control moved. */
  change(key: string, value: Value): void {
    this.history.add(key, this.value(key), value);
    this.act(key, value);
  }

  /** Before the first step everything acts at once; later what cannot waits. */
  act(key: string, value: Value): void {
    const { run } = this.lab;
    const setting = this.setting(key);
    if (!run || !setting) return;
    this.invalid.delete(key);
    if (isOwn(key)) this.setOwn(key, value);
    else if (run.step === 0 && !run.playing) this.lab.restart.apply({ [key]: value });
    else if (setting.live && typeof value === "number" && run.diverged === undefined)
      void this.setLive(key, value);
    else {
      if (String(run.values[key]) === String(value)) this.pending.delete(key);
      else this.pending.set(key, value);
      this.check();
    }
    this.lab.changed("recipe");
  }

  /** Why what waits cannot be started. */
  get blocked(): string {
    const [key = ""] = this.impossible;
    const { message = "" } = this.invalid.get(key) ?? {};
    const found = misfit(this);
    return message && found?.message === message ? found.brief : message;
  }

  /** Marks at once where what waits makes no network; the run that is there stays as it is. */
  check(): void {
    for (const key of this.impossible) this.invalid.delete(key);
    this.impossible = [];
    this.checking = Object.fromEntries(this.pending);
    this.checked = this.pending.size > 0 ? this.mark(this.checking) : undefined;
    this.lab.changed("recipe");
  }

  private async mark(asked: Patch): Promise<void> {
    const { lab, invalid, impossible } = this;
    const link = withWords(splitLink(lab.link).link, asked);
    // An engine that cannot answer says so itself.
    const { problems } = await describe(link).catch(() => ({ problems: [] }));
    if (asked !== this.checking) return;
    for (const { field, reason } of problems) {
      if (!reason || impossible.includes(field)) continue;
      const value = String(asked[field] ?? lab.run?.values[field]);
      invalid.set(field, { value, message: reason });
      impossible.push(field);
    }
    lab.changed("recipe");
  }

  /** What the page itself does acts at once. */
  private setOwn(key: string, value: Value): void {
    if (value === this.setting(key)?.default) this.own.delete(key);
    else this.own.set(key, value);
    if (key === "hidden") store(key, String(value));
    this.lab.arm();
    void this.lab.writeLink();
  }

  private async setLive(key: string, value: number): Promise<void> {
    const { run } = this.lab;
    await run?.set(key, value);
    await this.lab.writeLink();
    this.lab.changed("recipe", "figures");
    // Nothing else looks before the next step, which trains on another batch now.
    if (run && !run.playing && this.setting(key)?.group === "Augment") await run.look(true);
  }

  /** The controls of a lesson come first; no keys: the usual ones. */
  show(lesson: string[]): void {
    this.lesson = lesson;
    this.lab.changed("recipe");
  }

  /** Brings a control before the reader. */
  seek(key: string): void {
    this.sought = key;
    this.lab.changed("recipe");
  }

  reject(key: string, value: string, message: string): void {
    this.invalid.set(key, { value, message });
    this.lab.changed("recipe");
  }

  /** Sentences about what was asked go below their controls; the others are given back. */
  answer(patch: Patch, problems: Problem[]): Problem[] {
    for (const { field, message } of problems) {
      const value = patch[field];
      if (value !== undefined) this.invalid.set(field, { value: String(value), message });
    }
    return problems.filter(({ field }) => patch[field] === undefined);
  }

  /** A change that waits is taken back; else the default is asked for. */
  undo(key: string): void {
    const setting = this.setting(key);
    if (!setting) return;
    this.invalid.delete(key);
    const waiting = this.pending.get(key);
    if (waiting === undefined) this.change(key, this.usual(setting));
    else {
      this.pending.delete(key);
      this.history.add(key, waiting, this.value(key));
      this.check();
    }
  }

  /** What waits is taken back, what acts stays. */
  undoAll(): void {
    const waiting = [...this.pending];
    this.pending.clear();
    for (const [key, value] of waiting) this.history.add(key, value, this.value(key));
    this.check();
  }

  /** The step since which a live setting acts. */
  liveSince(key: string): number | undefined {
    return this.lab.run?.trace.marks.findLast((mark) => mark.key === key)?.step;
  }

  /** Begins with what the engine declares, and with what a link says about the page. */
  take(settings: Setting[], stops: ReadonlyMap<string, Value>): void {
    this.settings = [...settings, ...OWN].map((setting) => ({ ...more[setting.key], ...setting }));
    this.own.clear();
    for (const [key, value] of stops) this.own.set(key, value);
    if (stored("hidden") === "pause") this.own.set("hidden", "pause");
  }

  forget(): void {
    this.undoAll();
    this.history.clear();
    this.invalid.clear();
  }
}
