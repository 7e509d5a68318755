import { html, nothing } from "lit";
import { lab } from "../lab";
import { text } from "../text";

/** What the run before had reached at the same step. */
export function compared() {
  const { compared } = lab.runs;
  if (!compared) return nothing;
  const { step, mine, name, its } = compared;
  return html`<p class="diff compared">${text.runs.compared(step, mine, name, its)}</p>`;
}
