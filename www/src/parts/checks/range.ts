import { html, nothing } from "lit";
import { fixed, reading, rough } from "../../format";
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
      ${trial.rows.length > 1 ? this.figure() : this.says()}`;
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
        print: reading,
        say: (value) => reading(rough(value)),
      },
      y: {
        label: text.range.loss,
        low: 0,
        high,
        print: (value) => fixed(value, high > 2 ? 1 : 2),
        say: fixed,
      },
      curves: [
        {
          points: rows.map(({ lr, loss }) => [lr, loss]),
          colour: "var(--line-strong)",
          width: 0.7,
          head: text.range.loss,
        },
        {
          points: rows.map(({ lr, smooth }) => [lr, smooth]),
          colour: "var(--run-1)",
          head: text.range.smooth,
        },
      ],
      marks: suggestion ? [{ x: suggestion, label: reading(rough(suggestion)) }] : [],
      says: this.says(),
      open: this.open,
    });
  }

  private says() {
    const { outcome } = this.trial;
    if (!outcome) return nothing;
    const { suggestion, lowest, diverges, sentence } = outcome;
    if (!suggestion) return html`<p>${sentence}</p>`;
    const rate = rough(suggestion);
    return html`<p>${text.range.found(rate, rough(lowest), diverges && rough(diverges), HIGH)}</p>
      <p class="bar">
        <button class="btn" @click=${() => this.open(rate)}>${text.range.use(rate)}</button>
        <a class="link" href="#${this.trial.linkWith({ lr: rate })}" target="_blank">${text.range.beside}</a>
      </p>`;
  }

  private readonly open = (rate: number) => void this.trial.open({ lr: rough(rate) });
}

customElements.define("lab-range", Range);
