/** The recipe until its settings are known: names where they will be, and rooms without values. */

import { html, nothing } from "lit";
import { text } from "../text";

const box = html`<i class="box"></i>`;

export const recipeGhost = () =>
  html`<div class="groups ghost-recipe" aria-hidden="true">
    ${text.recipe.first.map(
      ([group, controls]) =>
        html`<section class="group"><h2>${group}</h2>${controls.map(([label, kind]) => control(label, kind))}</section>`,
    )}
  </div>`;

function control(label: string, kind: "number" | "choice" | "files") {
  if (kind === "number")
    return html`<div class="ctl">
      <span class="name">${label}</span><i class="box value"></i><i></i>
      <div class="range"><i class="box"></i></div><p>&nbsp;</p>
    </div>`;
  return html`<div class="ctl sel"><span class="name">${label}</span>${box}<p>&nbsp;</p></div>
    ${kind === "files" ? html`<div class="open-files">${box}${box}</div>` : nothing}`;
}
