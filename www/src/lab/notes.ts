/** What the page has to say: notes that stay until they are solved, and a word in passing. */

import type { Problem } from "../engine/types";
import { text } from "../text";
import type { News } from "./news";

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
  /** Stays when another experiment is opened. */
  outlives?: boolean;
  /** Its action takes the focus. */
  focus?: boolean;
}

const TOAST_MS = 6000;

export class Notes {
  list: Note[] = [];
  toast = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly news: News) {}

  add(note: Note): void {
    this.list = [...this.list.filter(({ id }) => id !== note.id), note];
    this.news.changed("notes");
  }

  has(id: string): boolean {
    return this.list.some((note) => note.id === id);
  }

  dismiss(...ids: string[]): void {
    this.list = this.list.filter(({ id }) => !ids.includes(id));
    this.news.changed("notes");
  }

  clear(): void {
    this.list = this.list.filter(({ outlives }) => outlives);
    this.news.changed("notes");
  }

  say(message: string): void {
    clearTimeout(this.timer);
    this.toast = message;
    this.timer = setTimeout(() => this.say(""), TOAST_MS);
    this.news.changed("notes");
  }

  /** All problems of one kind in one note. */
  problems(kind: "link" | "setting", list: Problem[]): void {
    if (list.length === 0) return;
    this.add({
      id: `problem-${kind}`,
      kind: "warn",
      title: text.problem[kind](list.length),
      message: "",
      list,
    });
  }

  /** What is to say about the images: what was left out, what stands in two splits. */
  images(sentences: string[]): void {
    this.dismiss("images");
    if (sentences.length === 0) return;
    const list = sentences.map((message) => ({ field: "data", message }));
    this.add({ id: "images", kind: "info", title: text.files.notes, message: "", list });
  }
}
