import { html, nothing } from "lit";
import { percent } from "../../format";
import { lab } from "../../lab";
import { Trial } from "../../lab/trial";
import { text } from "../../text";
import { Part } from "../part";
import { bar } from "./bar";
import { type Points, plot } from "./plot";

/** The share that the sentence is about. */
const HALF = 0.5;

/**
 * What is left of a trained network when more and more units of a layer are silent. No experiment has silent units;
 * the one that trains with them has that share as its dropout.
 */
export class KnockOut extends Part {
  protected override readonly topics = ["state"] as const;
  private readonly trial = new Trial("knock-out", () => this.requestUpdate());

  override render() {
    const steps = Number(lab.recipe.value("steps")) || 1000;
    return html`<p class="lead">${text.knock.lead}</p>
      ${bar(this.trial, text.knock.start, steps)} ${this.trial.rows.length > 1 ? this.figure() : nothing}`;
  }

  private figure() {
    const { rows } = this.trial;
    const of = (rescaled: boolean) => rows.filter((row) => row.rescaled === rescaled);
    const points = (rescaled: boolean, which: 0 | 1 | 2): Points =>
      of(rescaled).map(({ share, accuracy }) => [share, accuracy[which]]);
    const kinds = [
      { rescaled: false, colour: "var(--run-1)", name: text.knock.plain },
      { rescaled: true, colour: "var(--run-2)", name: text.knock.rescaled, dash: "6 4" },
    ];
    return plot({
      label: text.knock.figure,
      x: { label: text.knock.share, low: 0, high: 1, print: whole, say: percent },
      y: { label: text.knock.accuracy, low: 0, high: 1, print: whole, say: percent },
      says: this.says(),
      open: (share) => void this.trial.open({ p: share }),
      opens: text.knock.opens,
      curves: kinds.map(({ rescaled, ...kind }) => ({
        ...kind,
        points: points(rescaled, 1),
        band: { low: points(rescaled, 0), high: points(rescaled, 2) },
      })),
    });
  }

  private says() {
    const { outcome } = this.trial;
    if (!outcome) return nothing;
    const at = (share: number, rescaled: boolean) => {
      const row = outcome.find((row) => row.share === share && row.rescaled === rescaled);
      return percent(row?.accuracy[1] ?? Number.NaN);
    };
    return html`<p>${text.knock.found(whole(HALF), at(HALF, false), at(HALF, true), at(0, false))}</p>
      <p class="foot">${text.knock.caveat}</p>`;
  }
}

const whole = (share: number) => percent(share, 0);

customElements.define("lab-knock", KnockOut);
