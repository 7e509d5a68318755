import { html, nothing } from "lit";
import { count, duration } from "../../format";
import { lab } from "../../lab";
import { text } from "../../text";

/** Time, pace and what a hidden tab does. */
export function pace() {
  const { run } = lab;
  if (!run || run.step === 0) return nothing;
  const parts = [text.pace.elapsed(duration(run.pace.elapsed))];
  if (run.pace.hidden >= 1) parts.push(text.pace.hiddenTime(duration(run.pace.hidden)));
  if (run.playing) parts.push(text.pace.remaining(duration(run.remaining)));
  if (run.samplesPerSecond) parts.push(text.pace.speed(count(run.samplesPerSecond)));
  return html`<p class="pace" title=${text.pace.hidden}>
    ${parts.map((part) => html`<span>${part}</span>`)}
  </p>`;
}
