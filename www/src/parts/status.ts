import { html } from "lit";
import { lab } from "../lab";
import { statusOf } from "../status";
import { text } from "../text";
import { Part } from "./part";

/** Spoken at most this often. */
const SPEAK_MS = 5000;

/** Where the run is, in words: always current in one place, spoken rarely in another. */
export class Status extends Part {
  protected override readonly topics = ["state", "figures"] as const;
  private spoken = "";
  private spokenAt = 0;

  override render() {
    const now = statusText();
    const moment = performance.now();
    if (!lab.playing || moment - this.spokenAt > SPEAK_MS) {
      this.spoken = now;
      this.spokenAt = moment;
    }
    return html`
      <p class="visually-hidden" role="status" aria-live="off" aria-label=${text.status.label}>${now}</p>
      <p class="visually-hidden" aria-live="polite">${this.spoken}</p>
    `;
  }
}

function statusText(): string {
  if (lab.run) return statusOf(lab.run);
  if (lab.shown) return text.recorded.status;
  return lab.state === "failed" ? text.status.failed : text.status.loading;
}

customElements.define("lab-status", Status);
