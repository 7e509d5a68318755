import { html } from "lit";
import type { Views } from "../engine/proof";
import { percent } from "../format";
import { text } from "../text";

const TILE = 28;

/** An image through several views, with the answer to each: their mean is the vote. */
export function viewList({ images, answers }: Views, shape: [number, number, number], classes: string[]) {
  const [channels, height, width] = shape;
  const plane = channels * height * width;
  const count = answers.length / classes.length;
  return html`<ol class="views" aria-label=${text.pad.viewsLabel(count)} style="--size:${TILE}px">
    ${Array.from({ length: count }, (_, view) => {
      const row = answers.subarray(view * classes.length, (view + 1) * classes.length);
      const best = row.indexOf(Math.max(...row));
      const name = classes[best] ?? "";
      const picture = {
        data: images,
        offset: view * plane,
        height,
        width,
        scale: channels === 3 ? ("rgb" as const) : ("pix" as const),
        range: 255,
      };
      return html`<li>
        <lab-tile role="img" aria-label=${text.pad.view(view + 1, name)} .picture=${picture}></lab-tile>
        <span>${name}</span><small>${percent(row[best] ?? 0, 0)}</small>
      </li>`;
    })}
  </ol>`;
}
