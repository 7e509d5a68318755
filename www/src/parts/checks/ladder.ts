import { html, nothing } from "lit";
import type { Rung } from "../../engine/procedures";
import { lab } from "../../lab";
import { Trial } from "../../lab/trial";
import { text } from "../../text";
import { Part } from "../part";
import { bar } from "./bar";
import { patchOf } from "./trials";

const GLYPHS = { good: "✓", doubtful: "!", bad: "✕" };
const FIRST_RUNGS = 404;

/** The debugging recipe, rung by rung. */
export class Ladder extends Part {
  protected override readonly topics = ["state"] as const;
  private readonly trial = new Trial("ladder", () => this.requestUpdate());

  override render() {
    const steps = Number(lab.recipe.value("steps")) || 1000;
    return html`<p class="lead">${text.ladder.lead}</p>
      ${bar(this.trial, text.ladder.start, FIRST_RUNGS + 1.5 * steps)}
      <ol class="ladder">${this.trial.rows.map((rung) => this.rung(rung))}</ol>`;
  }

  private rung({ name, grade, reason, touch, opens }: Rung) {
    const { ladder } = text;
    const settings = touch.flatMap((key) => lab.recipe.setting(key) ?? []);
    const [, images] = opens.find(([key]) => key === "train") ?? [];
    const title = images ? ladder.few(Number(images)) : ladder.rate(Number(opens[0]?.[1]));
    return html`<li class=${grade}>
      <span class="glyph" aria-hidden="true">${GLYPHS[grade]}</span>
      <b>${ladder.names[name] ?? name} <small>${ladder.grades[grade]}</small></b>
      <p>${reason}</p>
      <p class="acts">
        ${
          opens.length > 0
            ? html`<button class="link" @click=${() => this.trial.open(patchOf(opens))}>${title}</button>`
            : nothing
        }
        ${settings.length > 0 ? ladder.touch : nothing}
        ${settings.map(
          ({ key, label }) =>
            html`<button class="link" aria-label=${ladder.find(label)} @click=${() => lab.recipe.seek(key)}>${label}</button>`,
        )}
      </p>
    </li>`;
  }
}

customElements.define("lab-ladder", Ladder);
