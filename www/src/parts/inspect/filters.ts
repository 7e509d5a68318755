import { html, nothing } from "lit";
import type { LayerView } from "../../engine/types";
import { compact } from "../../format";
import { lab } from "../../lab";
import { layerNames } from "../../layer-names";
import type { Run } from "../../run";
import { text } from "../../text";
import { channelField, readsColours } from "../channel";
import { filterPicture, largest } from "../maps";
import { rangeOf, tileSize } from "../tile";
import { Pane } from "./pane";

const FILTERS = 32;
const CHANNELS = 8;
const TILE = 30;

/** The weights of a convolution: a filter a column, a channel of its input a row. */
export class FiltersPane extends Pane<LayerView> {
  private layer = "";
  /** The first channel of the input that is shown. */
  private first = 0;

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
    const filters = this.asked.value?.filters;
    const channels = filters?.shape[1] ?? 0;
    const colours = readsColours(this.chosen);
    return html`<p class="lead">
        <label for="filters-of">${text.filters.of}</label>
        <select id="filters-of" @change=${this.choose}>
          ${convolutions.map(
            ({ name }) =>
              html`<option value=${name} ?selected=${name === this.chosen}>${names.get(name)}</option>`,
          )}
        </select>
        ${colours ? nothing : channelField(this.first, channels > CHANNELS ? channels : 0, this.look)}
      </p>
      ${filters ? this.grid(filters) : html`<p class="foot">${text.filters.loading}</p>`}`;
  }

  private readonly choose = ({ target }: Event) => {
    this.layer = (target as HTMLSelectElement).value;
    this.first = 0;
    this.requestUpdate();
  };

  private readonly look = (channel: number) => {
    this.first = channel;
    this.requestUpdate();
  };

  private grid(weights: NonNullable<LayerView["filters"]>) {
    const { shape, data, low, high } = weights;
    const [filters, channels, , width] = shape;
    const colours = readsColours(this.chosen);
    const columns = Math.min(filters, FILTERS);
    const first = Math.min(this.first, Math.max(0, channels - CHANNELS));
    const rows = colours ? 1 : Math.min(channels, CHANNELS);
    const range = colours ? largest(weights) : rangeOf(data);
    const tile = (filter: number, row: number) =>
      html`<lab-tile .picture=${filterPicture(weights, filter, colours ? "rgb" : first + row, range)}></lab-tile>`;
    return html`<ol class="filters" style="--size:${tileSize(width, TILE)}px">
        ${Array.from(
          { length: columns },
          (_, filter) => html`<li>
            <div role="img" aria-label=${text.filters.filter(filter, colours ? channels : rows)}>
              ${Array.from({ length: rows }, (_, row) => tile(filter, row))}
            </div>
            <span>${filter}</span>
          </li>`,
        )}
      </ol>
      <p class="foot">
        ${text.filters.shown(columns, filters)}
        ${colours ? text.filters.colours : text.filters.channels(first, rows, channels)}
        ${text.filters.range(compact(low), compact(high), colours)}
      </p>`;
  }
}

customElements.define("lab-filters", FiltersPane);
