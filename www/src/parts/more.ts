/** What the bar has no room for, behind one button. */

import { html, nothing } from "lit";
import { lab } from "../lab";
import { text } from "../text";
import { wrongLine } from "./control";
import { icons } from "./icons";
import { numberBox } from "./number";
import { showEmbed } from "./share";
import { toggleTheme } from "./theme";
import { speed } from "./transport";

const button = (label: string, act: () => void) => html`<button class="btn" @click=${act}>${label}</button>`;

export function more() {
  const seed = lab.recipe.setting("seed");
  return html`<button class="btn icon quiet more-button" aria-label=${text.more.label} title=${text.more.label} popovertarget="more">
      ${icons.more}
    </button>
    <div id="more" class="sheet more" popover role="dialog" aria-label=${text.more.label}>
      <h2>${text.name}</h2>
      <p>${text.more.about}</p>
      ${
        seed
          ? html`<div>
              <span>${text.seed}</span>${numberBox(seed, Number(lab.recipe.value("seed")))}${shuffleButton()}
            </div>
            ${wrongLine(seed)}`
          : nothing
      }
      <div class="reason">${backendReason()}</div>
      <div><span>${text.transport.speed}</span>${speed()}</div>
      ${button(text.embed.label, showEmbed)} ${button(text.theme, toggleTheme)}
      <button class="btn" popovertarget="shortcuts">${text.shortcuts.title}</button>
      <button class="btn" popovertarget="more" popovertargetaction="hide">${text.shortcuts.close}</button>
    </div>`;
}

/** Says what trains, and why that. */
export function backendReason() {
  const { backend } = text;
  const used = lab.run?.session.backend;
  return html`<h2>${used ? backend.title(used.kind) : backend.label}</h2>
    <p>${used ? [used.reason, used.name && backend.device(used.name)].filter(Boolean).join(" ") : text.status.loading}</p>`;
}

export const shuffleButton = () => html`<button
  class="btn icon quiet"
  aria-label=${text.shuffle}
  title=${text.shuffleHelp}
  ?disabled=${!lab.recipe.setting("seed")}
  @click=${newSeed}
>
  ${icons.shuffle}
</button>`;

function newSeed(): void {
  const now = Number(lab.recipe.value("seed"));
  let next = now;
  while (next === now) next = 1 + Math.floor(Math.random() * 999);
  lab.recipe.change("seed", next);
}
