/** The link and the embed tag, for copying. */

import { html } from "lit";
import { lab } from "../lab";
import { differences } from "../lab/differences";
import { text } from "../text";
import { Part } from "./part";

async function copy(words: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return false;
  }
}

export async function copyLink(): Promise<void> {
  const address = new URL(location.href);
  address.hash = lab.link;
  const { settings, pending } = lab.recipe;
  const now = lab.run?.values ?? {};
  const waiting = differences(settings, now, { ...now, ...Object.fromEntries(pending) });
  lab.notes.say((await copy(address.href)) ? text.share.copied(waiting) : text.share.failed);
}

/** The tag that puts this experiment into any page. */
export function embedTag(link: string): string {
  const script = new URL("embed.js", new URL(".", location.href)).href;
  return `<script type="module" src="${script}"></script>\n<conv-lab src="#${link}" controls="lr p" height="300"></conv-lab>`;
}

export function showEmbed(): void {
  document.querySelector<HTMLElement>("#embed")?.showPopover();
}

export class Embed extends Part {
  protected override readonly topics = ["runs"] as const;

  override render() {
    const tag = embedTag(lab.link);
    return html`<div id="embed" class="sheet" popover role="dialog" aria-label=${text.embed.title}>
      <h2>${text.embed.title}</h2>
      <p>${text.embed.message}</p>
      <textarea readonly rows="4" aria-label=${text.embed.tag} .value=${tag}></textarea>
      <div class="act">
        <button class="btn primary" @click=${() => this.copyTag(tag)}>${text.embed.copy}</button>
        <button class="btn quiet" popovertarget="embed" popovertargetaction="hide">${text.embed.close}</button>
      </div>
    </div>`;
  }

  private async copyTag(tag: string): Promise<void> {
    if (await copy(tag)) {
      this.querySelector<HTMLElement>("#embed")?.hidePopover();
      lab.notes.say(text.embed.copied);
    } else this.querySelector("textarea")?.select();
  }
}

customElements.define("lab-embed", Embed);
