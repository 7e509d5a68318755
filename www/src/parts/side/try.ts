import { html, nothing } from "lit";
import type { Group } from "../../engine/types";
import { lab } from "../../lab";
import type { Patch } from "../../lab/recipe";
import { text } from "../../text";
import { Part } from "../part";

type Phrase = keyof typeof text.attempts.phrases;

/** Each changes one thing of the usual recipe. */
const PATCHES: Record<Phrase, () => Patch> = {
  rate: () => ({ lr: 30 * Number(lab.recipe.setting("lr")?.default) }),
  weights: () => ({ init: "normal", std: 1 }),
  norm: () => ({ norm: "none" }),
};

const RECIPE: Group[] = ["Augment", "Init, norm, activation", "Optimizer", "Regularize"];

/** Takes back whatever the recipe has changed; images, network, length and seed stay. */
function usual(): Patch {
  const changed = lab.recipe.settings.filter(
    ({ key, group, default: usual }) =>
      RECIPE.includes(group) && String(lab.run?.values[key] ?? usual) !== String(usual),
  );
  return Object.fromEntries(changed.map(({ key, default: usual }) => [key, usual]));
}

/** Where a rate has just been too high, a higher one shows nothing. */
const offered = () =>
  (Object.keys(PATCHES) as Phrase[]).filter((phrase) => phrase !== "rate" || lab.run?.diverged === undefined);

/** Three things to try, each a phrase that does it, and where to look then. */
export class Try extends Part {
  protected override readonly topics = ["state"] as const;
  private tried: Phrase | undefined;

  override render() {
    const { label, phrases, looks } = text.attempts;
    return html`<p><b>${label}</b>
        ${offered().map(
          (phrase, i, { length }) =>
            html`${i === 0 ? nothing : i === length - 1 ? text.attempts.or : ", "}<button class="phrase" ?disabled=${lab.state !== "ready"} aria-pressed=${this.tried === phrase} @click=${() => this.attempt(phrase)}>${phrases[phrase]}</button>`,
        )}
      </p>
      <p class="look" role="status">${this.tried ? looks[this.tried] : text.attempts.rest}</p>`;
  }

  private async attempt(phrase: Phrase): Promise<void> {
    this.tried = phrase;
    this.requestUpdate();
    await lab.restart.with({ ...usual(), ...PATCHES[phrase]() });
    lab.play();
  }
}

customElements.define("lab-try", Try);
