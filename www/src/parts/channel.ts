/** Which channel of a convolution's input its filters are shown for. */

import { html, nothing } from "lit";
import { lab } from "../lab";
import { text } from "../text";

/** A small number with its range; nothing where there is nothing to choose. */
export function channelField(channel: number, channels: number, choose: (channel: number) => void) {
  if (channels < 2) return nothing;
  const take = ({ target }: Event) => {
    const input = target as HTMLInputElement;
    const asked = Math.round(Number(input.value)) || 0;
    input.value = String(Math.max(0, Math.min(channels - 1, asked)));
    choose(Number(input.value));
  };
  return html`<label class="unit">${text.filters.channel}
    <input class="value" type="number" min="0" max=${channels - 1} .value=${String(channel)} @input=${take}>
    ${text.filters.channelOf(channels)}</label>`;
}

/** Whether a convolution reads the colours of the image itself. */
export function readsColours(layer: string): boolean {
  const { layers = [], data } = lab.shown?.description ?? {};
  return data?.shape[0] === 3 && layers.find(({ kind }) => kind === "conv")?.name === layer;
}
