import { html, nothing } from "lit";
import { power } from "../../format";
import { lab } from "../../lab";
import { Trial } from "../../lab/trial";
import { text } from "../../text";
import { Part } from "../part";
import { bar } from "./bar";
import { plot } from "./plot";

const STEPS = 120;
const [LOW, HIGH] = [1e-5, 10];

/** Loss over a learning rate that grows from step to step. */
export class Range extends Part {
  protected override readonly topics = ["state"] as const;
  private readonly trial = new Trial("range", () => this.requestUpdate());

  override render() {
    const { trial } = this;
    return html`<p class="lead">${text.range.lead}</p>
      ${bar(trial, text.range.start, STEPS, () => ({ steps: STEPS, low: LOW, high: HIGH }))}
      ${trial.rows.length > 1 ? this.figure() : nothing} ${this.says()}`;
  }

  private figure() {
    const { rows, outcome } = this.trial;
    const first = rows[0]?.smooth ?? 1;
    const high = Math.max(1, Math.min(4 * first, ...[Math.max(...rows.map(({ smooth }) => smooth))]));
    const suggestion = outcome?.suggestion;
    return plot({
      label: text.range.figure,
      x: {
        label: text.range.rate,
        low: LOW,
        high: HIGH,
        log: true,
        print: (value) => power(Math.round(Math.log10(value))),
      },
      y: { label: text.range.loss, low: 0, high, print: (value) => String(Number(value.toPrecision(2))) },
      curves: [
        { points: rows.map(({ lr, loss }) => [lr, loss]), colour: "var(--line-strong)", width: 0.7 },
        { points: rows.map(({ lr, smooth }) => [lr, smooth]), colour: "var(--run-1)" },
      ],
      marks: suggestion ? [{ x: suggestion, label: text.range.mark(suggestion) }] : [],
    });
  }

  private says() {
    const { outcome } = this.trial;
    if (!outcome) return nothing;
    const rate = outcome.suggestion && Number(outcome.suggestion.toPrecision(2));
    return html`<p>${outcome.sentence}</p>
      ${rate ? html`<button class="btn" @click=${() => lab.restart.with({ lr: rate })}>${text.range.use(rate)}</button>` : nothing}`;
  }
}

customElements.define("lab-range", Range);
