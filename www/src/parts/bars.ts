import { html } from "lit";
import { percent } from "../format";
import { text } from "../text";

/** What the net answers: a bar a class, the likeliest bold. */
export function bars(classes: string[], shares: number[]) {
  const best = shares.indexOf(Math.max(...shares));
  return html`<ul class="bars" aria-label=${text.pad.bars}>
    ${classes.map((name, i) => {
      const share = shares[i];
      return html`<li class=${i === best ? "win" : ""}>${name}<i style="--v:${share ?? 0}"></i><span>${shareText(share)}</span></li>`;
    })}
  </ul>`;
}

function shareText(share: number | undefined): string {
  if (share === undefined) return "–";
  return share < 0.01 ? text.pad.tiny : percent(share, 0);
}

/** The mean of the answers to several views. */
export function vote(answers: Float32Array, classes: number): number[] {
  const views = answers.length / classes;
  return Array.from({ length: classes }, (_, c) => {
    let sum = 0;
    for (let view = 0; view < views; view++) sum += answers[view * classes + c] ?? 0;
    return sum / views;
  });
}
