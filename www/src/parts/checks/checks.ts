import { html } from "lit";
import { text } from "../../text";
import { Part } from "../part";
import "./honesty";
import "./knock";
import "./ladder";
import "./range";
import "./search";

const KINDS = ["ladder", "range", "search", "knock", "honesty"] as const;
type Kind = (typeof KINDS)[number];

/** Checks and searches on the current experiment and its images; what was found stays while another is looked at. */
export class Checks extends Part {
  private kind: Kind = "ladder";

  override render() {
    return html`<div class="seg" role="group" aria-label=${text.inspect.tabs.checks}>
        ${KINDS.map(
          (kind) =>
            html`<button aria-pressed=${kind === this.kind} @click=${() => this.open(kind)}>${text.checks.kinds[kind]}</button>`,
        )}
      </div>
      <lab-ladder ?hidden=${this.kind !== "ladder"}></lab-ladder>
      <lab-range ?hidden=${this.kind !== "range"}></lab-range>
      <lab-search ?hidden=${this.kind !== "search"}></lab-search>
      <lab-knock ?hidden=${this.kind !== "knock"}></lab-knock>
      <lab-honesty ?hidden=${this.kind !== "honesty"}></lab-honesty>`;
  }

  private open(kind: Kind): void {
    this.kind = kind;
    this.requestUpdate();
  }
}

customElements.define("lab-checks", Checks);
