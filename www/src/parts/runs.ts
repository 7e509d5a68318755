import { html, nothing, svg } from "lit";
import { percent } from "../format";
import { lab } from "../lab";
import type { KeptRun } from "../lab/runs";
import { text } from "../text";
import { icons } from "./icons";
import { markerPath } from "./marker";
import { Part } from "./part";

/** Every run of this visit, newest first; a click opens its experiment again. */
export class Runs extends Part {
  protected override readonly topics = ["runs", "figures", "state"] as const;

  override render() {
    const { current, older } = lab.runs;
    return html`<h2>${text.runs.label}</h2>
      <ul class="runs">
        ${current ? this.row(current, true) : nothing} ${older.map((kept) => this.row(kept, false))}
      </ul>
      ${older.length === 0 && current ? this.empty() : nothing}`;
  }

  private row(kept: KeptRun, now: boolean) {
    const { name, colour, trace } = kept;
    const validation = trace.lastValidation;
    const sample = html`<svg viewBox="0 0 26 12" aria-hidden="true">${svg`<path d="M1 6h24" stroke="var(--run-${colour})" stroke-width="1.8"/><path transform="translate(13 6)" d=${markerPath(colour)} fill="var(--run-${colour})"/>`}</svg>`;
    const end =
      trace.diverged === undefined ? text.runs.step(trace.step) : text.runs.diverged(trace.diverged);
    return html`<li class=${now ? "now" : ""}>
      ${sample}
      ${
        now
          ? html`<b>${name} <small>${text.runs.now}</small></b>`
          : html`<button class="link" title=${text.runs.reopen(name)} @click=${() => lab.reopen(kept)}>${name}</button>`
      }
      <span class="v">${validation && trace.step > 0 ? percent(validation.accuracy) : "–"}</span>
      <span class="diff">${kept.difference}, ${text.runs.seed(kept.values.seed ?? 1)}</span>
      <span class="m">${end}</span>
      ${
        now
          ? nothing
          : html`<button class="remove" aria-label=${text.runs.remove(name)} title=${text.runs.remove(name)} @click=${() => lab.runs.remove(kept)}>${icons.close}</button>`
      }
    </li>`;
  }

  private empty() {
    const lr = Number((Number(lab.recipe.value("lr")) * 3).toPrecision(2));
    return html`<p class="empty">${text.runs.empty}</p>
      <button class="btn" @click=${() => this.show(lr)}>${text.runs.try}</button>`;
  }

  private async show(lr: number): Promise<void> {
    await lab.restart.with({ lr });
    lab.play();
  }
}

customElements.define("lab-runs", Runs);
