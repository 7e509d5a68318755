/** Who listens to the page's state, and how often they hear of it. */

import type { Topic } from "../run";

export type LabTopic = Topic | "recipe" | "notes" | "runs" | "doctor" | "layer";

/** Listeners hear at most about ten times a second what changed since. */
const NOTIFY_MS = 90;

export class News {
  private readonly listeners = new Set<(topics: Set<LabTopic>) => void>();
  private readonly topics = new Set<LabTopic>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  subscribe(listener: (topics: Set<LabTopic>) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

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
}
