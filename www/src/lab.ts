/** The page's state: the current run, what stands around it, and the link that holds it all. */

import { open, settings } from "./engine/client";
import type { BackendChoice, OwnFiles, Problem, Session } from "./engine/types";
import { messageOf } from "./errors";
import { Compiling } from "./lab/compiling";
import { Doctor } from "./lab/doctor";
import { checkRun } from "./lab/faults";
import { Hidden } from "./lab/hidden";
import { type LabTopic, News } from "./lab/news";
import { Notes } from "./lab/notes";
import { rulesOf, stopWord } from "./lab/own";
import { Preview } from "./lab/preview";
import { Recipe } from "./lab/recipe";
import { Restart } from "./lab/restart";
import { type KeptRun, Runs } from "./lab/runs";
import { BACKENDS, splitLink } from "./link";
import { Run, type Topic } from "./run";
import type { Speed } from "./run/stages";
import type { Stop } from "./run/stops";
import { text } from "./text";

/** A link about files of the user. */
const OWN = /(^|&)data=own(&|$)/;
/** How browsers say that a file did not arrive. */
const UNREACHED = /failed to fetch|load failed|networkerror/i;
/** Images of the next batch. */
const NEXT_BATCH = 14;

/** With the focus, which covers nothing that was chosen by hand; beside what is done; or in its place. */
export type Looking = "along" | "beside" | "instead";

export class Lab {
  readonly news = new News();
  readonly notes = new Notes(this.news);
  readonly recipe = new Recipe(this);
  readonly runs = new Runs(this.news, this.recipe);
  readonly restart = new Restart(this);
  readonly hidden = new Hidden(this);
  readonly preview = new Preview(this);
  readonly doctor = new Doctor(this);
  readonly compiling = new Compiling(this.notes);
  state: "loading" | "ready" | "failed" = "loading";
  run: Run | undefined;
  choice: BackendChoice = "auto";
  speed: Speed = "full";
  /** The layer that is looked into; its address. */
  layer = "";
  /** How it is to be shown in full, until somebody does. */
  looking: "" | Looking = "";

  /** What the user opened last; kept as long as the page, for runs that go back to it. */
  private files: OwnFiles | undefined;
  private opening: Promise<void> | undefined;
  /** Counts what is opened: what arrives for an earlier one is given back. */
  private opened = 0;
  private wantsPlay = false;
  /** The end of the run that was told last. */
  private said: Stop | undefined;

  changed(...topics: LabTopic[]): void {
    this.news.changed(...topics);
  }

  choose(layer: string): void {
    this.layer = layer;
    this.changed("layer");
  }

  /** What is learned from, or will be as soon as there is a run. */
  get data(): string {
    return String(this.run?.values.data ?? this.recipe.value("data"));
  }

  /** What there is to see: the run, or a recording until there is one. */
  get shown(): Run | undefined {
    return this.run ?? this.preview.run;
  }

  /** The same, and whoever shows layers in full opens; in place of what is done, it takes the focus. */
  lookInto(layer: string, looking: Looking): void {
    this.looking = looking;
    this.choose(layer);
  }

  // ---- opening ----

  /** Opens the experiment of a link; an earlier run stays behind as a curve. */
  open(hash: string): Promise<void> {
    this.opening = this.openNow(hash);
    return this.opening;
  }

  private async openNow(hash: string): Promise<void> {
    const turn = ++this.opened;
    const { link, choice, stops, problems } = splitLink(hash);
    this.choice = choice;
    await this.leave();
    void this.preview.start(hash);
    try {
      const known = await settings();
      if (turn !== this.opened) return;
      this.recipe.take(known, stops);
      const own = this.files && OWN.test(link) && { data: this.files };
      const options = { backend: this.choice, early: true, onCompiling: this.compiling.told, ...own };
      await this.take(await open(link, options), turn, problems);
      // The first screen shows the first images; the run begins with all of them.
      if (turn === this.opened) this.restart.apply();
    } catch (error) {
      if (turn === this.opened) this.fail(error);
    }
  }

  /** Opens the experiment on files of the user; until they have been read, and if they cannot be, all stays. */
  async openFiles(files: OwnFiles["files"]): Promise<void> {
    if (files.length === 0) return;
    const abort = new AbortController();
    const reading = (message: string) =>
      this.notes.add({
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
        onCompiling: this.compiling.told,
        onReading: (done, total) => reading(text.files.progress(done, total)),
      });
      const turn = ++this.opened;
      this.files = { files };
      this.wantsPlay = false;
      await this.leave();
      await this.take(session, turn);
    } catch (error) {
      this.notes.dismiss("files", "compiling");
      if (abort.signal.aborted) return;
      this.notes.add({ id: "files", kind: "bad", title: text.files.failed, message: messageOf(error) });
    }
  }

  /** The run that is left stays behind as a curve. */
  private async leave(): Promise<void> {
    this.runs.keep();
    await this.run?.pause();
    void this.run?.session.free();
    this.run = undefined;
    this.state = "loading";
    this.recipe.forget();
    this.notes.clear();
    this.changed("state", "recipe", "runs");
  }

  private async take(session: Session, turn: number, problems: Problem[] = []): Promise<void> {
    this.compiling.end();
    if (turn !== this.opened) return session.free();
    const run = new Run(session, {
      changed: (topic) => this.hear(topic),
      visible: () => !document.hidden,
      nextBatch: NEXT_BATCH,
    });
    run.speed = this.speed;
    this.run = run;
    this.preview.stop();
    this.arm();
    this.notes.problems("link", [...problems, ...session.description.problems]);
    this.notes.images(session.description.notes);
    this.runs.begin(run);
    await this.writeLink();
    this.changed("state", "recipe", "figures");
    await run.prepare();
    if (turn !== this.opened) return;
    this.state = "ready";
    this.changed("state");
  }

  fail(error: unknown): void {
    this.state = "failed";
    this.preview.stop();
    this.compiling.end();
    const message = messageOf(error);
    this.notes.add({
      id: "engine",
      kind: "bad",
      title: text.failed.title,
      message: UNREACHED.test(message) ? text.failed.network : message,
      action: { label: text.failed.again, act: () => void this.open(location.hash) },
    });
    this.changed("state");
  }

  /** Keeps the address bar on the experiment; never inside a frame. */
  async writeLink(): Promise<void> {
    const { run } = this;
    if (!run || !this.runs.current) return;
    const { link } = splitLink(await run.session.link());
    this.runs.describe(this.withPage(link), run.values);
    if (window.top === window) history.replaceState(null, "", `#${this.link}`);
  }

  /** A link with what the page itself reads in it. */
  withPage(link: string): string {
    const stop = stopWord(this.recipe.own);
    const words = [link, stop && `stop=${stop}`, this.choice !== "auto" && `backend=${this.choice}`];
    return words.filter(Boolean).join("&");
  }

  get link(): string {
    return this.runs.current?.link ?? "v=1";
  }

  // ---- transport ----

  play(): void {
    if (this.blocked) {
      this.notes.say(this.blocked);
      return;
    }
    this.wantsPlay = this.state === "loading" || this.restart.applying !== undefined;
    if (!this.wantsPlay) this.run?.play();
    this.changed("state");
  }

  /** Play was pressed before there was something to play. */
  playIfWanted(): void {
    if (this.wantsPlay) this.play();
  }

  /** Why there is no next step. */
  get blocked(): string {
    const { diverged } = this.run ?? {};
    return diverged === undefined || this.restart.applying ? "" : text.diverged.blocked(diverged);
  }

  get playing(): boolean {
    return this.run?.playing || this.run?.ending || this.wantsPlay;
  }

  async pause(): Promise<void> {
    this.wantsPlay = false;
    await this.run?.pause();
  }

  /** Whether there is a run to drive, when what opens or restarts it has ended. */
  private async drives(): Promise<boolean> {
    await this.opening;
    await this.restart.applying;
    if (this.blocked) this.notes.say(this.blocked);
    return this.state === "ready" && !this.blocked;
  }

  async step(): Promise<void> {
    if (await this.drives()) await this.run?.stepOnce();
  }

  /** The same run from step 0: same seed, same bits. */
  async reset(): Promise<void> {
    const { run } = this;
    const { current } = this.runs;
    if (!run || !current || this.state !== "ready") return;
    this.wantsPlay = false;
    this.notes.dismiss("diverged", "worker");
    await this.restart.applying;
    await run.restart();
    current.trace = run.trace;
    await this.writeLink();
    this.changed("state", "recipe", "figures");
  }

  /** What the button Step does at the chosen speed. */
  stepOrStage(): Promise<void> {
    return this.speed === "stages" ? this.stage() : this.step();
  }

  /** One stage of the next step. */
  async stage(): Promise<void> {
    if (await this.drives()) await this.run?.stageOnce();
  }

  /** Layers stay as they are, or learn again; the link says so. */
  async hold(layers: string[], frozen: boolean): Promise<void> {
    try {
      await this.run?.hold(layers, frozen);
    } catch (error) {
      this.notes.say(messageOf(error));
    }
    await this.writeLink();
    this.changed("recipe", "figures");
  }

  setSpeed(speed: Speed): void {
    this.speed = speed;
    if (this.run) this.run.speed = speed;
    this.changed("state");
  }

  /** The rules that end the run are those of the recipe. */
  arm(): void {
    if (this.run) this.run.stops.rules = rulesOf(this.recipe.own);
  }

  async setBackend(choice: string): Promise<void> {
    this.choice = BACKENDS.find((known) => known === choice) ?? "auto";
    await this.open(this.withPage(splitLink(this.link).link));
  }

  async reopen(kept: KeptRun): Promise<void> {
    this.wantsPlay = false;
    await this.open(kept.link);
  }

  private hear(topic: Topic): void {
    if (topic === "state") checkRun(this);
    const { stopped, step } = this.run ?? {};
    if (stopped && stopped !== this.said) this.notes.say(text.stop.sentence(stopped, step ?? 0));
    this.said = stopped;
    this.changed(topic);
  }
}

export const lab = new Lab();
