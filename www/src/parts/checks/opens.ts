/** What opens an experiment where a figure shows it: one stop for Tab, arrows between them, Enter opens. */

import { svg } from "lit";

export function opens(name: string, i: number, open: () => void, marks: unknown) {
  return svg`<g class="opens" role="button" tabindex=${i === 0 ? 0 : -1} aria-label=${name} @focus=${stay} @click=${open} @keydown=${(event: KeyboardEvent) => press(event, open)}>
    <title>${name}</title>${marks}
  </g>`;
}

/** Tab comes back to where the arrows, or a click, have led. */
function stay({ currentTarget }: FocusEvent): void {
  const mine = currentTarget as SVGElement;
  for (const other of mine.ownerSVGElement?.querySelectorAll<SVGElement>(".opens") ?? [])
    other.tabIndex = other === mine ? 0 : -1;
}

function press(event: KeyboardEvent, open: () => void): void {
  const mine = event.currentTarget as SVGElement;
  const all = [...(mine.ownerSVGElement?.querySelectorAll<SVGElement>(".opens") ?? [])];
  const at = all.indexOf(mine);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to !== undefined) all[to]?.focus();
  else if (event.key === "Enter" || event.key === " ") open();
  else return;
  event.preventDefault();
}
