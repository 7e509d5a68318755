/** What opens an experiment where a figure shows it: one stop for Tab, arrows between them, Enter opens. */

import { svg } from "lit";

export function opens(name: string, i: number, open: () => void, marks: unknown) {
  return svg`<g class="opens" role="button" tabindex=${i === 0 ? 0 : -1} aria-label=${name} @click=${open} @keydown=${(event: KeyboardEvent) => press(event, open)}>
    <title>${name}</title>${marks}
  </g>`;
}

function press(event: KeyboardEvent, open: () => void): void {
  const mine = event.currentTarget as SVGElement;
  const all = [...(mine.ownerSVGElement?.querySelectorAll<SVGElement>(".opens") ?? [])];
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by) all[all.indexOf(mine) + by]?.focus();
  else if (event.key === "Enter" || event.key === " ") open();
  else return;
  event.preventDefault();
}
