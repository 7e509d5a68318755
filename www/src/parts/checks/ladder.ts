import { html, nothing } from "lit";
import type { Rung } from "../../engine/procedures";
import { lab } from "../../lab";
import { Trial } from "../../lab/trial";
import { text } from "../../text";
import { Part } from "../part";
import { bar } from "./bar";

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
      <ol class="ladder">${this.trial.rows.map(rung)}</ol>`;
  }
}

function rung({ name, grade, reason, touch }: Rung) {
  const settings = touch.map((key) => lab.recipe.setting(key)?.label ?? key);
  return html`<li class=${grade}>
    <span class="glyph" aria-hidden="true">${GLYPHS[grade]}</span>
    <b>${text.ladder.names[name] ?? name} <small>${text.ladder.grades[grade]}</small></b>
    <p>${reason} ${settings.length > 0 ? text.ladder.touch(settings) : nothing}</p>
  </li>`;
}

customElements.define("lab-ladder", Ladder);
