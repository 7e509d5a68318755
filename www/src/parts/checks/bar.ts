import { html, nothing } from "lit";
import type { ProcedureName, ProcedureOptions } from "../../engine/procedures";
import { duration } from "../../format";
import { lab } from "../../lab";
import { measuredMs, type Trial, type WordsOf } from "../../lab/trial";
import { stepMs } from "../../run/cost";
import { text } from "../../text";

/** What starts a trial, how long it will take, how far it is, and what ends it. */
export function bar<Name extends ProcedureName>(
  trial: Trial<Name>,
  label: string,
  steps: number,
  options: () => ProcedureOptions = () => ({}),
  words?: WordsOf,
) {
  const { run } = lab;
  if (trial.running) {
    const share = trial.of ? trial.done / trial.of : 0;
    return html`<p class="bar">
      <button class="btn" @click=${() => trial.stop()}>${text.checks.stop}</button>
      <progress max="1" .value=${share} aria-label=${text.checks.progress}></progress>
      <span>${text.checks.left(trial.done, trial.of, duration(trial.remaining))}</span>
      ${trial.resting === undefined ? nothing : html`<span>${text.checks.rests(trial.resting)}</span>`}
    </p>`;
  }
  const start = ({ currentTarget }: Event) => {
    trial.start(options(), words);
    // What it finds will stand below.
    (currentTarget as Element).closest("lab-inspect")?.scrollIntoView();
  };
  const seconds = run ? (steps * (measuredMs() ?? stepMs(run))) / 1000 : 0;
  return html`<p class="bar">
      <button class="btn primary" ?disabled=${!run} @click=${start}>${label}</button>
      <span>${text.checks.estimate(steps, duration(Math.max(1, seconds)))}</span>
    </p>
    ${trial.stale ? html`<p class="stale">${text.checks.stale}</p>` : nothing}
    ${trial.error ? html`<p class="wrong" role="alert">${trial.error}</p>` : nothing}`;
}
