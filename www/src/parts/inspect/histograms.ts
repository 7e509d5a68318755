import { html, nothing } from "lit";
import type { Histogram } from "../../engine/types";
import { compact, count } from "../../format";
import { lab } from "../../lab";
import { layerNames } from "../../layer-names";
import { quantile, type Spreads } from "../../run/spread";
import { text } from "../../text";
import { Part } from "../part";
import { dataTable } from "../table";

const KINDS = ["activations", "weights"] as const;

/** How activations and weights of each layer are spread, over time. */
export class Histograms extends Part {
  protected override readonly topics = ["state", "pictures"] as const;

  override render() {
    const { run } = lab;
    const layers = run?.description.layers.filter(({ kind }) => kind !== "input" && kind !== "flatten") ?? [];
    if (!run || run.spreads.list.length === 0) return html`<p class="foot">${text.histograms.loading}</p>`;
    const names = layerNames(run.description.layers);
    const steps = run.spreads.list.map(({ step }) => step);
    const [first = 0, last = 0] = [steps[0], steps.at(-1)];
    const spans = layers.flatMap(({ name }) => spansOf(name, names.get(name) ?? name, run.spreads));
    const [widest] = spans.toSorted((a, b) => width(b.last) - width(a.last));
    const heads = [text.strip.layer, text.histograms.middle(first), text.histograms.middle(last)];
    const rows = spans.map((span) => [
      text.histograms.of(span.title, span.what),
      range(span.first),
      range(span.last),
    ]);
    return html`<p class="lead">${text.histograms.lead}</p>
      <ol class="histograms">${layers.map(({ name }) => row(name, names.get(name) ?? name, run.spreads))}</ol>
      <p class="foot">${text.histograms.steps(count(first), count(last), steps.length)} ${widest ? text.histograms.widest(widest.title, widest.what, range(widest.last)) : nothing}</p>
      ${dataTable(text.inspect.tabs.histograms, heads, rows)}`;
  }
}

type Span = [number, number];

/** Where nine tenths of a layer's numbers lay at first and lie now. */
function spansOf(layer: string, title: string, { list }: Spreads) {
  return KINDS.flatMap((what) => {
    const looks = list.flatMap(({ layers }) => layers.get(layer)?.[what] ?? []);
    const [first, last] = [looks[0], looks.at(-1)];
    if (!first || !last) return [];
    return [{ title, what: text.histograms[what], first: middle(first), last: middle(last) }];
  });
}

const middle = (counted: Histogram): Span => [quantile(counted, 0.05), quantile(counted, 0.95)];

const width = ([low, high]: Span) => high - low;

const range = ([low, high]: Span) => text.histograms.range(compact(low), compact(high));

function row(name: string, title: string, spreads: Spreads) {
  return html`<li>
    <b>${title}</b>
    ${KINDS.map((what) => picture(title, name, what, spreads))}
  </li>`;
}

function picture(title: string, name: string, what: (typeof KINDS)[number], spreads: Spreads) {
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
