/** A line of words: classes joined by "-", or the layers of a network. */

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { Setting } from "../engine/types";
import { lab } from "../lab";

/** What is being typed: drawing the page again must not overwrite it. */
const drafts = new Map<string, string>();

export interface Line {
  label: string;
  example?: string;
  /** Id of what says which words there are. */
  hint?: string;
  /** What an empty line means. */
  empty?: string;
  id?: string;
}

export function wordLine({ key }: Setting, value: string, { label, example, hint, empty, id }: Line) {
  const wrong = lab.recipe.invalid.get(key);
  const take = (event: Event) => {
    const typed = (event.target as HTMLInputElement).value.trim() || empty;
    const wasDraft = drafts.delete(key);
    if (typed && (wasDraft || typed !== value)) lab.recipe.change(key, typed);
  };
  return html`<input
    id=${id ?? nothing}
    class="value words ${wrong ? "err" : ""}"
    type="text"
    autocomplete="off"
    spellcheck="false"
    aria-label=${label}
    placeholder=${example ?? nothing}
    aria-invalid=${wrong ? "true" : nothing}
    aria-describedby=${wrong ? `wrong-${key}` : (hint ?? nothing)}
    .value=${live(drafts.get(key) ?? wrong?.value ?? value)}
    @input=${(event: Event) => drafts.set(key, (event.target as HTMLInputElement).value)}
    @change=${take}
    @keydown=${(event: KeyboardEvent) => event.key === "Enter" && take(event)}
  />`;
}
