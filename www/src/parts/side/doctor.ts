import { html, nothing, svg } from "lit";
import type { Finding } from "../../engine/procedures";
import type { Value } from "../../engine/types";
import { count, fixed, scientific } from "../../format";
import { lab } from "../../lab";
import { goodRate } from "../../lab/faults";
import { evenly } from "../../series";
import { text } from "../../text";
import { Part } from "../part";
import { dataTable, thinned } from "../table";

const WIDTH = 120;
const HEIGHT = 34;
/** Points of the small curve. */
const POINTS = 120;
/** Steps in its table. */
const ROWS = 12;
/** Below this a finding is a guess. */
const LIKELY = 0.6;
const SURE = 0.85;

/** What the curves say is wrong, how sure that is, what it rests on, and one thing to try. */
export class DoctorCard extends Part {
  protected override readonly topics = ["doctor", "state", "figures"] as const;
  /** The curve of the findings that are shown: it is as long as the run, and drawn once for each examination. */
  private drawn: { of: Finding[]; curve: unknown } = { of: [], curve: nothing };

  override render() {
    lab.doctor.consider();
    const { findings, step } = lab.doctor;
    const [first, ...others] = findings;
    const leads = findings.find(({ advice }) => advice.length > 0);
    if (first && findings !== this.drawn.of) this.drawn = { of: findings, curve: curve(first.span) };
    return html`<h2>${text.doctor.label}</h2>
      ${
        first && step !== undefined
          ? html`${finding(first, first === leads, this.drawn.curve)}
              ${others.map((other) => finding(other, other === leads))}
              <p class="limits">${text.doctor.limits(step)}</p>`
          : html`<p class="empty">${text.doctor.waits(lab.doctor.leastSteps)}</p>`
      }`;
  }
}

/** The first has a curve; one of them leads, and its advice has the button. */
function finding({ name, confidence, evidence, sentence, advice }: Finding, leads: boolean, curve?: unknown) {
  const healthy = name === "healthy";
  const [change] = advice.flatMap(([key, word]) => {
    const value = valueAs(key, word);
    return value === undefined ? [] : [[key, value] as const];
  });
  return html`<article class="finding ${healthy ? "healthy" : "ill"}">
    <h3>
      <span class="glyph" aria-hidden="true">${healthy ? "✓" : "!"}</span>
      ${text.doctor.names[name] ?? name}
      <small>${text.doctor.sure[confidence >= SURE ? "much" : confidence >= LIKELY ? "some" : "little"]}</small>
    </h3>
    <p>${sentence}</p>
    ${curve ?? nothing}
    <dl>
      ${evidence.map(([what, value]) => html`<div><dt>${text.doctor.evidence[what] ?? what}</dt><dd>${number(what, value)}</dd></div>`)}
    </dl>
    ${
      change && !healthy
        ? html`<button class=${leads ? "btn" : "link"} @click=${() => attempt(...change)}>${text.doctor.attempt(wordOf(...change))}</button>
            ${leads ? html`<small class="span">${text.doctor.attemptHelp(lab.runs.current?.name ?? "")}</small>` : nothing}`
        : nothing
    }
  </article>`;
}

/** The training loss with the steps that the finding rests on. */
function curve([from, to]: [number, number]) {
  const { trace } = lab.run ?? {};
  if (!trace || trace.step - trace.start < 2) return nothing;
  const known = evenly(trace.step - trace.start, POINTS)
    .map((i): [number, number] => [trace.start + i + 1, trace.smoothLoss[trace.start + i] ?? Number.NaN])
    .filter(([, loss]) => Number.isFinite(loss));
  const sorted = known.map(([, loss]) => loss).sort((a, b) => a - b);
  const top = sorted[Math.floor(0.95 * (sorted.length - 1))] || 1;
  const x = (step: number) => (WIDTH * step) / trace.step;
  const y = (loss: number) => HEIGHT - (HEIGHT - 2) * Math.min(1, loss / top);
  const points = known.map(([step, loss]) => `${x(step).toFixed(1)},${y(loss).toFixed(1)}`);
  const end = Math.max(to, from + trace.step / 60);
  return html`<svg class="evidence" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" preserveAspectRatio="none" aria-label="${text.doctor.curve}, ${text.doctor.span(from, to)}">
      ${svg`<rect x=${x(from)} width=${x(end) - x(from)} height=${HEIGHT}/><polyline points=${points.join(" ")}/>`}
    </svg>
    <small class="span">${text.doctor.span(from, to)}</small>
    ${dataTable(
      text.doctor.curve,
      [text.curves.step, text.curves.loss],
      thinned(known, ROWS).map(([step, loss]) => [count(step), fixed(loss)]),
    )}`;
}

function number(what: string, value: number): string {
  if (/accuracy|share/.test(what)) return text.doctor.percent(value);
  if (Number.isInteger(value) && value < 1e6) return count(value);
  return value < 0.005 || value >= 1e4 ? scientific(value) : fixed(value);
}

/** The word of an advice as the setting takes it; undefined where it is no change. */
function valueAs(key: string, word: string): Value | undefined {
  // A rate that has worked in this run, as the note of the divergence offers it, is better than a tenth of the last.
  if (key === "lr" && lab.run?.diverged !== undefined) return goodRate(lab.run);
  const setting = lab.recipe.setting(key);
  if (!setting || String(lab.run?.values[key]) === word) return undefined;
  return setting.kind === "number" ? Number(Number(word).toPrecision(2)) : word;
}

function wordOf(key: string, value: Value): string {
  const setting = lab.recipe.setting(key);
  return setting ? `${setting.label} ${text.word(setting, value)}` : `${key} ${value}`;
}

async function attempt(key: string, value: Value): Promise<void> {
  await lab.restart.with({ [key]: value });
  lab.play();
}

customElements.define("lab-doctor", DoctorCard);
