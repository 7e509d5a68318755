/** Where a step stands that is made stage by stage. */

import { html, nothing } from "lit";
import { STAGES, type Stage } from "../run/stages";
import { text } from "../text";

export function stages(now: Stage) {
  return html`<div class="stages">
    <ol aria-label=${text.stages.label}>
      ${STAGES.map((stage) => html`<li aria-current=${stage === now ? "step" : nothing}>${text.stages.names[stage]}</li>`)}
    </ol>
    <p>${text.stages.help[now]}</p>
  </div>`;
}
