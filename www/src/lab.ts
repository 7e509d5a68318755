/** The page's state: the current run, the runs before it, what waits, and the link that holds it all. */

import { open, settings } from "./engine/client";
import type { BackendChoice, OwnFiles, Problem, Session, Setting, Value } from "./engine/types";
import { BACKENDS, splitLink } from "./link";
import { runName } from "./names";
import { Run, type Topic } from "./run";
import { text } from "./text";
import type { Trace } from "./trace";

export type LabTopic = Topic | "recipe" | "notes" | "runs";

export interface KeptRun {
  id: number;
  name: string;
  /** 1 to 6: colour and marker. */
  colour: number;
  trace: Trace;
  values: Record<string, Value>;
  link: string;
  difference: string;
}

export interface Note {
  id: string;
  kind: "warn" | "bad" | "info";
  title: string;
  message: string;
  /** Further sentences, each with the word it is about. */
  list?: Problem[];
  action?: { label: string; act(): void };
  /** A second way on. */
  other?: { label: string; act(): void };
}

const COLOURS = 6;
/** A link about files of the user. */
const OWN = /(^|&)data=own(&|$)/;
const NOTIFY_MS = 90;
/** How browsers say that a file did not arrive. */
const UNREACHED = /failed to fetch|load failed|networkerror/i;

export class Lab {
  settings: Setting[] = [];
  state: "loading" | "ready" | "failed" = "loading";
  run: Run | undefined;
  current: KeptRun | undefined;
  older: KeptRun[] = [];
  /** Changes that wait for a restart. */
  readonly pending = new Map<string, Value>();
  /** What was typed but cannot be used, with the reason. */
  readonly invalid = new Map<string, { value: string; message: string }>();
  notes: Note[] = [];
  choice: BackendChoice = "auto";
  toast = "";
  slow = false;

  /** What the user opened last; kept as long as the page, for runs that go back to it. */
  private files: OwnFiles | undefined;
  private readonly listeners = new Set<(topics: Set<LabTopic>) => void>();
  private readonly topics = new Set<LabTopic>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private runs = 0;
  private wantsPlay = false;
  private waits = false;
  private patch: Record<string, Value> | undefined;
  /** What the controls show while it is being applied. */
  private asked: Record<string, Value> = {};
  private applying: Promise<void> | undefined;
  private toastTimer: ReturnType<typeof setTimeout> | undefined;

  // ---- listening ----

  subscribe(listener: (topics: Set<LabTopic>) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Listeners hear at most ten times a second what changed since. */
  changed(...topics: LabTopic[]): void {
    for (const topic of topics) this.topics.add(topic);
    this.timer ??= setTimeout(() => this.notify(), NOTIFY_MS);
  }

  private notify(): void {
    this.timer = undefined;
    const topics = new Set(this.topics);
    this.topics.clear();
    for (const listener of this.listeners) listener(topics);
  }

  // ---- opening ----

  /** Opens the experiment of a link; an earlier run stays behind as a curve. */
  async open(hash: string): Promise<void> {
    const { link, choice, problem } = splitLink(hash);
    this.choice = choice;
    await this.openLink(link, problem ? [problem] : []);
  }

  private async openLink(link: string, problems: Problem[] = []): Promise<void> {
    await this.leave();
    try {
      this.settings = await settings();
      const own = this.files && OWN.test(link) && { data: this.files };
      await this.take(await open(link, { backend: this.choice, early: true, ...own }), problems);
      // The first screen shows the first images; the run begins with all of them.
      this.apply();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Opens the experiment on files of the user; until they have been read, and if they cannot be, all stays. */
  async openFiles(files: OwnFiles["files"]): Promise<void> {
    if (files.length === 0) return;
    const abort = new AbortController();
    const reading = (message: string) =>
      this.note({
        id: "files",
        kind: "info",
        title: text.files.reading(files.length),
        message,
        action: { label: text.files.cancel, act: () => abort.abort() },
      });
    reading("");
    try {
      const session = await open(splitLink(this.link).link, {
        backend: this.choice,
        data: { files },
        signal: abort.signal,
        onReading: (done, total) => reading(text.files.progress(done, total)),
      });
      this.files = { files };
      this.wantsPlay = false;
      await this.leave();
      await this.take(session);
    } catch (error) {
      this.dismiss("files");
      if (abort.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      this.note({ id: "files", kind: "bad", title: text.files.failed, message });
    }
  }

  /** The run that is left stays behind as a curve. */
  private async leave(): Promise<void> {
    this.keep();
    await this.run?.pause();
    void this.run?.session.free();
    this.run = undefined;
    this.state = "loading";
    this.pending.clear();
    this.invalid.clear();
    this.notes = [];
    this.changed("state", "recipe", "notes", "runs");
  }

  private async take(session: Session, problems: Problem[] = []): Promise<void> {
    this.run = new Run(session, {
      changed: (topic) => this.hear(topic),
      visible: () => !document.hidden,
      nextBatch: 14,
    });
    this.run.slow = this.slow;
    this.report("link", [...problems, ...session.description.problems]);
    this.reportImages(session.description.notes);
    await this.begin();
    await this.run.prepare();
    this.state = "ready";
    this.changed("state");
  }

  private fail(error: unknown): void {
    this.state = "failed";
    const message = error instanceof Error ? error.message : String(error);
    this.note({
      id: "engine",
      kind: "bad",
      title: text.failed.title,
      message: UNREACHED.test(message) ? text.failed.network : message,
      action: { label: text.failed.again, act: () => void this.open(location.hash) },
    });
    this.changed("state");
  }

  /** A fresh run of what the session holds now. */
  private async begin(): Promise<void> {
    const { run } = this;
    if (!run) return;
    const index = this.runs++;
    this.current = {
      id: index,
      name: runName(index),
      colour: (index % COLOURS) + 1,
      trace: run.trace,
      values: run.values,
      link: "",
      difference: "",
    };
    await this.writeLink();
    this.changed("state", "recipe", "runs", "figures");
  }

  /** The current run goes to the list of runs, if it has made a step. */
  private keep(): void {
    const { current } = this;
    if (!current || current.trace.step === 0) {
      if (current) this.runs--;
      return;
    }
    this.older = [current, ...this.older];
    this.changed("runs");
  }

  /** Keeps the address bar on the experiment; never inside a frame. */
  private async writeLink(): Promise<void> {
    const { run, current } = this;
    if (!run || !current) return;
    const { link } = splitLink(await run.session.link());
    current.link = this.choice === "auto" ? link : `${link}&backend=${this.choice}`;
    current.values = { ...run.values };
    current.difference = this.describeDifference(current);
    if (window.top === window) history.replaceState(null, "", `#${current.link}`);
    this.changed("runs");
  }

  get link(): string {
    return this.current?.link ?? "v=1";
  }

  // ---- transport ----

  play(): void {
    if (this.blocked) {
      this.say(this.blocked);
      return;
    }
    this.wantsPlay = this.state === "loading" || this.applying !== undefined;
    if (!this.wantsPlay) this.run?.play();
    this.changed("state");
  }

  /** Why there is no next step. */
  get blocked(): string {
    return this.run?.diverged === undefined || this.applying ? "" : text.diverged.blocked(this.run.diverged);
  }

  get playing(): boolean {
    return this.run?.playing || this.run?.ending || this.wantsPlay;
  }

  async pause(): Promise<void> {
    this.wantsPlay = false;
    await this.run?.pause();
  }

  async step(): Promise<void> {
    if (this.state !== "ready") return;
    if (this.blocked) {
      this.say(this.blocked);
      return;
    }
    await this.applying;
    await this.run?.stepOnce();
  }

  /** The same run from step 0: same seed, same bits. */
  async reset(): Promise<void> {
    const { run, current } = this;
    if (!run || !current || this.state !== "ready") return;
    this.wantsPlay = false;
    this.dismiss("diverged");
    this.dismiss("worker");
    await this.applying;
    await run.restart();
    current.trace = run.trace;
    await this.writeLink();
    this.changed("state", "recipe", "figures");
  }

  setSlow(slow: boolean): void {
    this.slow = slow;
    if (this.run) this.run.slow = slow;
    this.changed("state");
  }

  // ---- the recipe ----

  setting(key: string): Setting | undefined {
    return this.settings.find((setting) => setting.key === key);
  }

  /** What counts when nothing is chosen; each data set has its own image size. */
  usual({ key, default: usual, choices = [] }: Setting): Value {
    if (key !== "side" || this.value("data") === this.setting("data")?.default) return usual;
    return choices.find(({ value }) => Number(value) > Number(usual))?.value ?? usual;
  }

  /** What the control shows: what waits, else what acts. */
  value(key: string): Value {
    return (
      this.pending.get(key) ?? this.asked[key] ?? this.run?.values[key] ?? this.setting(key)?.default ?? ""
    );
  }

  /** A control moved. Before the first step everything acts at once; later what cannot waits. */
  change(key: string, value: Value): void {
    const { run } = this;
    const setting = this.setting(key);
    if (!run || !setting) return;
    this.invalid.delete(key);
    if (run.step === 0 && !run.playing) this.apply({ [key]: value });
    else if (setting.live && typeof value === "number" && run.diverged === undefined)
      void this.setLive(key, value);
    else if (String(run.values[key]) === String(value)) this.pending.delete(key);
    else this.pending.set(key, value);
    this.changed("recipe");
  }

  private async setLive(key: string, value: number): Promise<void> {
    const { run } = this;
    await run?.set(key, value);
    await this.writeLink();
    this.changed("recipe", "figures");
    // Nothing else looks before the next step, which trains on another batch now.
    if (run && !run.playing && this.setting(key)?.group === "Augment") await run.look(true);
  }

  reject(key: string, value: string, message: string): void {
    this.invalid.set(key, { value, message });
    this.changed("recipe");
  }

  undo(key: string): void {
    const setting = this.setting(key);
    if (!setting) return;
    this.invalid.delete(key);
    if (this.pending.delete(key)) this.changed("recipe");
    else this.change(key, setting.default);
  }

  undoAll(): void {
    this.pending.clear();
    this.changed("recipe");
  }

  /** The step since which a live setting acts. */
  liveSince(key: string): number | undefined {
    return this.run?.trace.marks.findLast((mark) => mark.key === key)?.step;
  }

  /** Starts a new run with everything the recipe shows; the run that is left goes to the list. */
  async restartAsNew(): Promise<void> {
    const { run } = this;
    if (!run) return;
    const wasPlaying = run.playing;
    await run.pause();
    const live = Object.fromEntries(run.trace.marks.map(({ key }) => [key, run.values[key] as Value]));
    const patch = { ...live, ...Object.fromEntries(this.pending) };
    this.pending.clear();
    this.dismiss("diverged");
    this.dismiss("worker");
    this.keep();
    this.current = undefined;
    this.apply(patch);
    await this.applying;
    if (wasPlaying) this.play();
  }

  /** Starts again with one thing changed, at once. */
  async restartWith(patch: Record<string, Value>): Promise<void> {
    for (const [key, value] of Object.entries(patch)) this.pending.set(key, value);
    await this.restartAsNew();
  }

  /** Starts again with the last good learning rate, and trains. */
  private async repair(lr: number): Promise<void> {
    await this.restartWith({ lr });
    this.play();
  }

  /** The learning rate before it was raised, else the default, else a third. */
  private goodRate(run: Run): number {
    const lr = Number(run.values.lr);
    const raised = run.trace.marks.findLast(({ key, from, to }) => key === "lr" && Number(from) < Number(to));
    const good = Number(raised?.from ?? this.setting("lr")?.default);
    return good < lr ? good : Number((lr / 3).toPrecision(1));
  }

  /** Starts again with a patch, or as it is. What arrives meanwhile is joined. */
  private apply(patch?: Record<string, Value>): void {
    if (patch) this.patch = { ...this.patch, ...patch };
    this.asked = { ...this.asked, ...patch };
    this.waits = true;
    this.applying ??= this.applyAll().finally(() => {
      this.applying = undefined;
      this.asked = {};
      this.changed("recipe");
      if (this.wantsPlay) this.play();
    });
  }

  private async applyAll(): Promise<void> {
    while (this.waits && this.run) {
      const { run, patch } = this;
      this.patch = undefined;
      this.waits = false;
      try {
        await run.restart(patch);
        if (run !== this.run) continue;
        this.answer(patch, run.description.problems);
        this.reportImages(run.description.notes);
      } catch (error) {
        // Another link was opened meanwhile, and its run has taken the place of this one.
        if (run !== this.run) continue;
        if (!patch) this.fail(error);
        const message = error instanceof Error ? error.message : String(error);
        for (const [key, value] of Object.entries(patch ?? {})) {
          this.invalid.set(key, { value: String(value), message });
        }
      }
      if (this.current) {
        this.current.trace = run.trace;
        await this.writeLink();
      } else await this.begin();
      this.changed("state", "recipe", "figures");
    }
  }

  async setBackend(choice: string): Promise<void> {
    this.choice = BACKENDS.find((known) => known === choice) ?? "auto";
    const { link } = splitLink(this.link);
    await this.openLink(link);
  }

  // ---- runs ----

  async reopen(kept: KeptRun): Promise<void> {
    this.wantsPlay = false;
    await this.open(kept.link);
  }

  remove(kept: KeptRun): void {
    this.older = this.older.filter((other) => other !== kept);
    this.changed("runs", "figures");
  }

  /** One line: what differs from the run before, or from the defaults. */
  private describeDifference(kept: KeptRun): string {
    const before = this.older[0]?.values;
    const anew = kept.values.data !== (before ? before.data : this.setting("data")?.default);
    const lines = this.settings
      .filter(({ key, default: usual }) => String(kept.values[key]) !== String(before ? before[key] : usual))
      .filter(({ key }) => key !== "seed" && !(anew && key === "side"))
      .map((setting) => {
        const from = before?.[setting.key] ?? setting.default;
        return text.change(setting, from, kept.values[setting.key] ?? setting.default);
      });
    if (lines.length > 0) return lines.join(", ");
    if (!before) return text.runs.defaults;
    return before.seed === kept.values.seed ? text.runs.same : text.runs.anotherSeed;
  }

  // ---- notes ----

  note(note: Note): void {
    this.notes = [...this.notes.filter(({ id }) => id !== note.id), note];
    this.changed("notes");
  }

  dismiss(id: string): void {
    this.notes = this.notes.filter((note) => note.id !== id);
    this.changed("notes");
  }

  say(message: string): void {
    clearTimeout(this.toastTimer);
    this.toast = message;
    this.toastTimer = setTimeout(() => this.say(""), 6000);
    this.changed("notes");
  }

  /** What a control cannot take is said below it, anything else in a note. */
  private answer(patch: Record<string, Value> = {}, problems: Problem[]): void {
    for (const { field, message } of problems) {
      const value = patch[field];
      if (value !== undefined) this.invalid.set(field, { value: String(value), message });
    }
    this.report(
      "setting",
      problems.filter(({ field }) => patch[field] === undefined),
    );
  }

  /** All problems of one kind in one note. */
  private report(kind: "link" | "setting", list: Problem[]): void {
    if (list.length === 0) return;
    this.note({
      id: `problem-${kind}`,
      kind: "warn",
      title: text.problem[kind](list.length),
      message: "",
      list,
    });
  }

  /** What is to say about the images: what was left out, what stands in two splits. */
  private reportImages(notes: string[]): void {
    this.dismiss("images");
    if (notes.length === 0) return;
    const list = notes.map((message) => ({ field: "data", message }));
    this.note({ id: "images", kind: "info", title: text.files.notes, message: "", list });
  }

  private hear(topic: Topic): void {
    if (topic === "state") this.checkRun();
    this.changed(topic);
  }

  private checkRun(): void {
    const { run } = this;
    if (!run) return;
    if (run.diverged !== undefined && !this.notes.some(({ id }) => id === "diverged")) {
      const good = this.goodRate(run);
      this.note({
        id: "diverged",
        kind: "bad",
        title: text.diverged.title(run.diverged),
        message: text.diverged.message(run.diverged),
        action: {
          label: text.diverged.again(good),
          act: () => void this.repair(good),
        },
      });
    }
    const { problem } = run;
    if (!problem) return;
    run.problem = undefined;
    if (problem.kind === "lost") this.noteLoss(run, problem.message);
    else if (problem.kind === "recovered") this.noteRecovery(run, problem);
    else this.note({ id: "worker", kind: "bad", title: text.worker.stopped, message: problem.message });
  }

  private noteLoss(run: Run, why: string): void {
    this.note({
      id: "worker",
      kind: "bad",
      title: text.device.stopped,
      message: text.device.safe(run.safe ?? 0, why),
      action: { label: text.device.again, act: () => void run.recover() },
      other: { label: text.device.cpu, act: () => void run.recover("cpu") },
    });
  }

  private noteRecovery(run: Run, { message, cause }: { message: string; cause?: "engine" | "device" }): void {
    const onCpu = run.session.backend.kind === "cpu";
    const device = onCpu ? text.device.onCpu : text.device.recovered;
    this.note({
      id: "worker",
      kind: "warn",
      title: cause === "device" ? device : text.worker.recovered,
      message: text.worker.goesOn(run.step, message),
    });
    this.changed("recipe");
  }
}

export const lab = new Lab();
