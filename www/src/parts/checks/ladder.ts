import { html, nothing } from "lit";
import type { Rung } from "../../engine/procedures";
import { lab } from "../../lab";
import type { Patch } from "../../lab/recipe";
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
      <ol class="ladder">${this.trial.rows.map((rung) => this.rung(rung))}</ol>`;
  }

  private rung({ name, grade, reason, touch }: Rung) {
    const { ladder } = text;
    const settings = touch.flatMap((key) => lab.recipe.setting(key) ?? []);
    const images = Number(/^overfit (\d+)/.exec(name)?.[1]);
    // The sentence of a rung that tries rates names the best.
    const rate = Number(/\blr (\d[\d.e-]*)/.exec(reason)?.[1]);
    const opens = images
      ? this.opens(ladder.few(images), byHeart(images))
      : rate && rate !== lab.recipe.value("lr")
        ? this.opens(ladder.rate(rate), { lr: rate })
        : nothing;
    return html`<li class=${grade}>
      <span class="glyph" aria-hidden="true">${GLYPHS[grade]}</span>
      <b>${ladder.names[name] ?? name} <small>${ladder.grades[grade]}</small></b>
      <p>${reason}</p>
      <p class="acts">
        ${opens}
        ${settings.length > 0 ? ladder.touch : nothing}
        ${settings.map(
          ({ key, label }) =>
            html`<button class="link" aria-label=${ladder.find(label)} @click=${() => lab.recipe.seek(key)}>${label}</button>`,
        )}
      </p>
    </li>`;
  }

  private opens(name: string, patch: Patch) {
    return html`<button class="link" @click=${() => this.trial.open(patch)}>${name}</button>`;
  }
}

/** So few images, with everything off that makes it hard to know them by heart: as the rung had it. */
function byHeart(images: number): Patch {
  const hinders = lab.recipe.settings.filter(
    ({ key, group, live }) => group === "Regularize" || (group === "Augment" && live) || key === "schedule",
  );
  const off = hinders.map(({ key, group, default: usual }) => [key, group === "Regularize" ? 0 : usual]);
  return { ...Object.fromEntries(off), train: images, batch: images };
}

customElements.define("lab-ladder", Ladder);
