/** A lock per block of the network: a locked one keeps its weights while the others learn. */

import { html, nothing } from "lit";
import type { LayerDescription } from "../engine/types";
import { lab } from "../lab";
import { text } from "../text";
import { icons } from "./icons";

interface Block {
  /** Address of the layer, or of the residual block around it. */
  address: string;
  title: string;
  names: string[];
}

/** Layers with weights, a residual block as one. */
function blocks(layers: LayerDescription[]): Block[] {
  const found = new Map<string, Block>();
  for (const { name, title, parameters } of layers) {
    if (parameters === 0) continue;
    const [address = name] = name.split(".");
    const block = found.get(address) ?? {
      address,
      title: address === name ? title : text.recipe.block,
      names: [],
    };
    block.names.push(name);
    found.set(address, block);
  }
  return [...found.values()];
}

export const anyLocked = (): boolean => lab.run?.inspection?.layers.some(({ frozen }) => frozen) === true;

export function locks() {
  const { run } = lab;
  if (!run) return nothing;
  const frozen = new Set(run.inspection?.layers.filter((layer) => layer.frozen).map(({ name }) => name));
  return html`<div class="ctl locks" role="group" aria-label=${text.recipe.locks}>
    <span class="name">${text.recipe.locks}</span>
    <div>${blocks(run.description.layers).map((block) =>
      lock(
        block,
        block.names.every((name) => frozen.has(name)),
      ),
    )}</div>
    <p>${text.recipe.locksHelp}</p>
  </div>`;
}

function lock({ address, title }: Block, frozen: boolean) {
  const name = `${address} ${title}`;
  return html`<button aria-pressed=${frozen} aria-label=${text.recipe.lock(name)} title=${text.recipe.lock(name)} @click=${() => lab.hold([address], !frozen)}>
    ${frozen ? icons.locked : icons.unlocked}<span>${title}</span>
  </button>`;
}
