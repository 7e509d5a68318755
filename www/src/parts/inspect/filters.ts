import { html } from "lit";
import type { LayerView } from "../../engine/types";
import { compact } from "../../format";
import { lab } from "../../lab";
import type { Run } from "../../run";
import { text } from "../../text";
import { layerNames } from "../layer-names";
import { rangeOf, tileSize } from "../tile";
import { Pane } from "./pane";

const FILTERS = 32;
const CHANNELS = 8;
const TILE = 30;

/** The weights of a convolution: a filter a column, a channel of its input a row. */
export class FiltersPane extends Pane<LayerView> {
  private layer = "";

  protected override get key(): string {
    return this.chosen;
  }

  private get convolutions() {
    return (lab.run?.description.layers ?? []).filter(({ kind }) => kind === "conv");
  }

  private get chosen(): string {
    const known = this.convolutions;
    return (known.find(({ name }) => name === this.layer) ?? known[0])?.name ?? "";
  }

  protected override async ask(run: Run): Promise<LayerView> {
    const { layers } = await run.session.inspect({ layers: [this.chosen], filters: true });
    const [layer] = layers;
    if (!layer) throw new Error("no filters came back");
    return layer;
  }

  override render() {
    const convolutions = this.convolutions;
    if (lab.run && convolutions.length === 0) return html`<p class="foot">${text.filters.none}</p>`;
    const names = layerNames(lab.run?.description.layers ?? []);
    return html`<p class="lead">
        <label for="filters-of">${text.filters.of}</label>
        <select id="filters-of" @change=${this.choose}>
          ${convolutions.map(
            ({ name }) =>
              html`<option value=${name} ?selected=${name === this.chosen}>${names.get(name)}</option>`,
          )}
        </select>
      </p>
      ${this.asked.value?.filters ? grid(this.asked.value.filters) : html`<p class="foot">${text.filters.loading}</p>`}`;
  }

  private readonly choose = ({ target }: Event) => {
    this.layer = (target as HTMLSelectElement).value;
    this.requestUpdate();
  };
}

function grid({ shape, data, low, high }: NonNullable<LayerView["filters"]>) {
  const [filters, channels, height, width] = shape;
  const [columns, rows] = [Math.min(filters, FILTERS), Math.min(channels, CHANNELS)];
  const range = rangeOf(data);
  const tile = (filter: number, channel: number) => ({
    data,
    offset: (filter * channels + channel) * height * width,
    height,
    width,
    scale: "div" as const,
    range,
  });
  return html`<ol class="filters" style="--size:${tileSize(width, TILE)}px">
      ${Array.from(
        { length: columns },
        (_, filter) => html`<li>
          <div role="img" aria-label=${text.filters.filter(filter, rows)}>
            ${Array.from({ length: rows }, (_, channel) => html`<lab-tile .picture=${tile(filter, channel)}></lab-tile>`)}
          </div>
          <span>${filter}</span>
        </li>`,
      )}
    </ol>
    <p class="foot">
      ${text.filters.shown(columns, filters, rows, channels)}
      ${text.filters.range(compact(low), compact(high))}
    </p>`;
}

customElements.define("lab-filters", FiltersPane);
