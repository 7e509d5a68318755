import { html, nothing } from "lit";
import { compact, count } from "../../format";
import { lab } from "../../lab";
import type { Spreads } from "../../run/spread";
import { text } from "../../text";
import { layerNames } from "../layer-names";
import { Part } from "../part";

/** How activations and weights of each layer are spread, over time. */
export class Histograms extends Part {
  protected override readonly topics = ["state", "pictures"] as const;

  override render() {
    const { run } = lab;
    const layers = run?.description.layers.filter(({ kind }) => kind !== "input" && kind !== "flatten") ?? [];
    if (!run || run.spreads.list.length === 0) return html`<p class="foot">${text.histograms.loading}</p>`;
    const names = layerNames(run.description.layers);
    const steps = run.spreads.list.map(({ step }) => step);
    return html`<p class="lead">${text.histograms.lead}</p>
      <ol class="histograms">${layers.map(({ name }) => row(name, names.get(name) ?? name, run.spreads))}</ol>
      <p class="foot">${text.histograms.steps(count(steps[0] ?? 0), count(steps.at(-1) ?? 0), steps.length)}</p>`;
  }
}

function row(name: string, title: string, spreads: Spreads) {
  return html`<li>
    <b>${title}</b>
    ${picture(title, name, "activations", spreads)} ${picture(title, name, "weights", spreads)}
  </li>`;
}

function picture(title: string, name: string, what: "activations" | "weights", spreads: Spreads) {
  const made = spreads.picture(name, what);
  if (!made) return nothing;
  const [low, high] = [compact(made.low), compact(made.high)];
  const shown = { ...made, offset: 0, scale: "seq" as const, range: Math.max(...made.data) || 1 };
  return html`<figure>
    <lab-tile role="img" aria-label=${text.histograms.picture(title, text.histograms[what], low, high)} .picture=${shown}></lab-tile>
    <figcaption><span>${text.histograms[what]}</span><span>${text.histograms.range(low, high)}</span></figcaption>
  </figure>`;
}

customElements.define("lab-histograms", Histograms);
