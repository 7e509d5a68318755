/** The line above the strip: what the network costs, or what is known about the chosen layer. */

import { html, nothing } from "lit";
import { count, large } from "../format";
import { lab } from "../lab";
import { text } from "../text";
import { channelField, readsColours } from "./channel";
import type { Column } from "./columns";
import { icons } from "./icons";
import { stages } from "./stages";
import type { StripState } from "./strip-state";

export function networkFacts() {
  if (!lab.run && lab.shown)
    return html`<p class="recorded"><b>${text.recorded.name}</b>: ${text.recorded.why}</p>`;
  const description = lab.run?.description;
  if (!description) return html`<p>${lab.state === "loading" ? text.starting : nothing}</p>`;
  const { stage } = lab.shown ?? {};
  if (stage) return stages(stage);
  return html`<p>
    <b>${count(description.parameters)}</b> ${text.facts.weights} &ensp;<b>${large(description.macs)}</b>
    ${text.facts.macs}<span class="more"> &ensp;<b>${count(description.data.train)}</b> ${text.facts.images}</span>
  </p>`;
}

export function layerFacts(state: StripState, { main }: Column) {
  const facts = text.strip.facts(main.parameters, large(main.macs), main.receptive);
  return html`<p class="chosen">
    <span title=${facts}>${facts}</span>
    ${main.kind === "conv" ? filterControls(state, main.name) : nothing}
    <button class="link formula" @click=${() => lab.lookInto(main.name, "instead")}>${text.strip.formula}</button>
    <button class="close" aria-label=${text.strip.leave} title=${text.strip.leave} @click=${() => state.escape()}>
      ${icons.close}
    </button>
  </p>`;
}

/** Filters in place of maps, and for which channel of the input. */
export function filterControls({ filters }: StripState, layer: string) {
  const shown = filters.layer === layer;
  const [word, name] = shown ? text.strip.showMaps : text.strip.showFilters;
  const channels = shown && !readsColours(layer) ? (filters.weights?.shape[1] ?? 0) : 0;
  return html`${channelField(filters.channel, channels, (channel) => filters.look(channel))}
    <button class="link" aria-label=${name} @click=${() => filters.show(shown ? "" : layer)}>${word}</button>`;
}
