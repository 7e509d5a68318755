/** Reset, Play, Step, and how fast. */

import { html, nothing } from "lit";
import { lab } from "../lab";
import { misfit } from "../lab/misfit";
import { SPEEDS, type Speed } from "../run/stages";
import { text } from "../text";
import { icons } from "./icons";

/** `untouched`: Play breathes once, until it has been pressed. */
export function transport(untouched: boolean) {
  const { transport } = text;
  const { playing, blocked } = lab;
  const dead = blocked ? "true" : nothing;
  const aside = blocked || otherNetwork();
  const why = aside ? "blocked" : nothing;
  const stepHelp = lab.speed === "stages" ? transport.stageHelp : transport.stepHelp;
  return html`<div class="transport" role="group" aria-label=${transport.label}>
    <button class="btn icon quiet" aria-label=${transport.reset} title=${transport.resetHelp} @click=${() => lab.reset()}>
      ${icons.reset}
    </button>
    <button
      class="play ${untouched ? "first" : ""}"
      aria-label=${playing ? transport.pause : transport.play}
      title=${blocked || (playing ? transport.pauseHelp : transport.playHelp)}
      aria-disabled=${dead}
      aria-describedby=${why}
      @click=${() => (playing ? lab.pause() : lab.play())}
    >
      ${playing ? icons.pause : icons.play}
    </button>
    <button class="btn icon quiet" aria-label=${transport.step} title=${blocked || stepHelp} aria-disabled=${dead} aria-describedby=${why} @click=${() => lab.stepOrStage()}>
      ${icons.step}
    </button>
    ${aside ? html`<p class="blocked" id="blocked">${aside}</p>` : speed()}
  </div>`;
}

/** What was asked for cannot be, and nothing has begun: Play is about another network. */
function otherNetwork(): string {
  const found = lab.run?.step === 0 && !lab.playing && misfit(lab.recipe);
  return found ? text.recipe.trainsOther(found.brief) : "";
}

/** Full speed, slow motion, or stage by stage. */
export function speed() {
  return html`<select
    class="speed"
    aria-label=${text.transport.speed}
    @change=${(event: Event) => lab.setSpeed((event.target as HTMLSelectElement).value as Speed)}
  >
    ${SPEEDS.map((word) => html`<option value=${word} ?selected=${lab.speed === word}>${text.transport[word]}</option>`)}
  </select>`;
}
