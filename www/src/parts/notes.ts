import { html, nothing } from "lit";
import type { Problem } from "../engine/types";
import { lab } from "../lab";
import type { Note } from "../lab/notes";
import { text } from "../text";
import { icons } from "./icons";
import { Part } from "./part";

/** Where the focus goes when the last note is gone: to the card that it was about, else to the bar. */
const HOMES: Record<string, string> = {
  deleted: "lab-runs",
  default: "lab-recipe .ways",
  files: "lab-recipe .group",
};
const GLYPH = { warn: "!", bad: "✕", info: "i" };

/** What the page has to say: a sentence, one thing to do, and Close. It stays until it is closed or solved. */
export class Notes extends Part {
  protected override readonly topics = ["notes"] as const;
  /** The note whose button a key has just pressed, if one has. */
  private held: string | undefined;

  protected override willUpdate(): void {
    this.held = this.querySelector(":focus-visible")?.closest<HTMLElement>("[data-note]")?.dataset.note;
  }

  protected override updated(): void {
    const note = lab.notes.list.find(({ focus }) => focus);
    if (note) {
      note.focus = false;
      this.querySelector<HTMLElement>(`[data-note=${note.id}] .primary`)?.focus();
    } else if (this.held && !lab.notes.has(this.held)) {
      const ways = ["lab-notes .note", HOMES[this.held] ?? "lab-top", "lab-top"].map((place) =>
        document.querySelector<HTMLElement>(`${place} button:not([disabled])`),
      );
      ways.find((way) => way?.checkVisibility())?.focus();
    }
  }

  override render() {
    return html`${lab.notes.list.map(note)}
      <div class="toast-place" aria-live="polite">
        ${lab.notes.toast ? html`<div class="toast">${lab.notes.toast}</div>` : nothing}
      </div>`;
  }
}

function note({ id, kind, title, message, list = [], action, other }: Note) {
  return html`<article class="note ${kind}" data-note=${id}>
    <h2><span class="glyph" aria-hidden="true">${GLYPH[kind]}</span>${title}</h2>
    <button class="close" aria-label=${text.notes.close} title=${text.notes.close} @click=${() => lab.notes.dismiss(id)}>
      ${icons.close}
    </button>
    ${message ? html`<p>${message}</p>` : nothing}
    ${list.length > 0 ? html`<ul aria-label=${title}>${list.map(problem)}</ul>` : nothing}
    ${
      action
        ? html`<div class="act">
            <button class="btn primary" @click=${() => act(id, action)}>${action.label}</button>
            ${other ? html`<button class="btn" @click=${() => act(id, other)}>${other.label}</button>` : nothing}
          </div>`
        : nothing
    }
  </article>`;
}

function problem({ word, message }: Problem) {
  return html`<li>${word && !message.includes(word) ? html`<code>${word}</code>: ` : nothing}${message}</li>`;
}

function act(id: string, action: { act(): void }): void {
  lab.notes.dismiss(id);
  action.act();
}

customElements.define("lab-notes", Notes);
