import { html, nothing } from "lit";
import type { Inspection, LayerDescription, LayerView } from "../engine/types";
import { compact, count, fixed, large, power } from "../format";
import { lab } from "../lab";
import { text } from "../text";
import { type Column, columns, judged, shape, viewOf } from "./columns";
import {
  ACTIVATION_LIMIT,
  activationRow,
  type Depth,
  deadRow,
  GRADIENT_DECADES,
  gradientRow,
  UPDATE_DECADES,
  updateRow,
} from "./depth";
import { icons, layerIcon } from "./icons";
import { impossible, marksLayer } from "./impossible";
import {
  answers,
  featureTiles,
  filterTiles,
  GAPS,
  GHOSTS,
  ghosts,
  LARGER_TILE,
  PHONE_TILES,
  PROBES,
  probeName,
  probes,
  TILE,
  TILES,
} from "./maps";
import { Part } from "./part";
import { foldText, phoneRows } from "./rows";
import { stages } from "./stages";
import { stripSummary, stripTable } from "./strip-table";
import { rangeOf } from "./tile";

/** Network strip and depth strip: layers are columns, and both share them to the pixel. */
export class Strip extends Part {
  protected override readonly topics = ["state", "pictures"] as const;
  private width = 0;
  private chosen = "";
  private opened = "";
  private table = false;
  /** The convolution whose filters stand where its maps are. */
  private filtersOf = "";
  private filters: LayerView["filters"];
  private filtersAt = -1;
  private readonly observer = new ResizeObserver(() => this.measure());

  override firstUpdated(): void {
    const grid = this.querySelector(".grid");
    if (grid) this.observer.observe(grid);
    this.measure();
  }

  /** Filters follow the training as the maps do. */
  override updated(): void {
    const step = lab.shown?.inspection?.step ?? -1;
    if (!this.filtersOf || step === this.filtersAt) return;
    this.filtersAt = step;
    const there = lab.shown?.description.layers.some(({ name }) => name === this.filtersOf);
    void this.showFilters(there ? this.filtersOf : "");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  private measure(): void {
    const grid = this.querySelector<HTMLElement>(".grid");
    if (!grid) return;
    const gutter = Number.parseFloat(getComputedStyle(grid).getPropertyValue("--gutter"));
    const width = Math.max(0, grid.clientWidth - (gutter || 102));
    if (width === this.width) return;
    this.width = width;
    this.requestUpdate();
  }

  private get tile(): number {
    const side = lab.shown?.description.data.shape[2] ?? TILE;
    return LARGER_TILE % side === 0 ? LARGER_TILE : TILE;
  }

  private get columns(): Column[] {
    return columns(lab.shown?.description.layers ?? [], this.width, 2 * this.tile + GAPS, this.opened);
  }

  override render() {
    const run = lab.shown;
    const list = this.columns;
    const inspection = run?.inspection;
    return html`
      <div class="sentence">
        <h2>${text.title(String(lab.recipe.value("data")) || dataIn(location.hash))}</h2>
        ${this.facts(list)}
      </div>
      ${impossible()}
      <div class="grid" data-stage=${run?.stage ?? nothing} style="--columns:${list.length || GHOSTS};--tile:${this.tile}px">
        ${list.length > 0 && this.width > 0 ? this.grid(list, inspection) : ghosts()}
      </div>
      ${phoneRows(this.opened, (column) => this.choose(column))}
    `;
  }

  /** Totals of the network, or what is known about the chosen layer. */
  private facts(list: Column[]) {
    if (!lab.run && lab.shown)
      return html`<p class="recorded"><b>${text.recorded.name}</b>: ${text.recorded.why}</p>`;
    const description = lab.run?.description;
    if (!description) return html`<p>${lab.state === "loading" ? text.starting : nothing}</p>`;
    const { stage } = lab.shown ?? {};
    if (stage) return stages(stage);
    const chosen = list.find(({ key }) => key === this.chosen);
    if (chosen) {
      const parameters = sum(chosen.layers, (layer) => layer.parameters);
      const macs = large(sum(chosen.layers, (layer) => layer.macs));
      const receptive = chosen.layers.at(-1)?.receptive ?? 1;
      return html`<p class="chosen">
        ${chosen.main.kind === "conv" ? this.filterButton(chosen) : nothing}
        <button class="link" @click=${() => lab.lookInto(chosen.main.name)}>${text.strip.formula}</button>
        <span>${text.strip.facts(parameters, macs, receptive)}</span>
      </p>`;
    }
    return html`<p>
      <b>${count(description.parameters)}</b> ${text.facts.weights} &ensp;<b>${large(description.macs)}</b>
      ${text.facts.macs}<span class="more"> &ensp;<b>${count(description.data.train)}</b> ${text.facts.images}</span>
    </p>`;
  }

  private toggleTable(): void {
    this.table = !this.table;
    this.requestUpdate();
  }

  private filterButton({ main }: Column) {
    const shown = this.filtersOf === main.name;
    const [word, name] = shown ? text.strip.showMaps : text.strip.showFilters;
    return html`<button class="link" aria-label=${name} @click=${() => this.showFilters(shown ? "" : main.name)}>${word}</button>`;
  }

  private async showFilters(layer: string): Promise<void> {
    this.filtersOf = layer;
    const run = lab.shown;
    const seen = layer
      ? await run?.exclusive(() => run.session.inspect({ layers: [layer], filters: true }))
      : undefined;
    this.filters = seen?.layers[0]?.filters;
    this.requestUpdate();
  }

  private grid(list: Column[], inspection: Inspection | undefined) {
    const start = lab.shown?.start;
    const axis = { width: this.width, column: this.width / list.length };
    const depths: Depth[] = list.map((column) => ({
      now: viewOf(column, inspection),
      start: start === inspection ? undefined : viewOf(column, start),
      ...judged(column, lab.shown),
    }));
    const chosen = list.findIndex(({ key }) => key === this.chosen);
    const saturates =
      depths.some(({ now }) => now?.saturated != null) && !depths.some(({ now }) => now?.dead != null);
    const { strip } = text;
    const row = (
      index: number,
      cls: string,
      name: string,
      title: string,
      notes: string[],
      body: unknown,
    ) => html`
      <div class="rule" style="grid-row:${index}"></div>
      <div class="gut depth-gut ${cls}" data-row=${name} style="grid-row:${index}">
        <b>${title}</b>${notes.map((note) => html`<span>${note}</span>`)}
      </div>
      <div class="depth" style="grid-row:${index}">${body}</div>
    `;
    const decades = ([low, high]: [number, number]) => `${power(low)} to ${power(high)}`;
    return html`
      ${chosen >= 0 ? html`<div class="column-band" style="grid-column:${chosen + 2}"></div>` : nothing}
      <div class="gut head-gut" style="grid-row:1">
        <button class="link" aria-label=${strip.table} aria-pressed=${this.table} @click=${() => this.toggleTable()}>${text.curves.tableShort}</button>
        <span>${strip.shape}</span><span>${strip.weights}</span>
      </div>
      <div class="gut wraps" style="grid-row:2">
        <b>${strip.maps}</b><span>${strip.mapsOf}</span><span>${probeName()}</span>
      </div>
      <div class="gut" style="grid-row:3;align-self:center">${strip.colours}</div>
      <p class="visually-hidden">${stripSummary(list, depths)}</p>
      ${this.table ? stripTable(list, depths) : nothing}
      ${list.map((column, i) => this.header(column, i, list))}
      ${list.map((column, i) => this.maps(column, i, depths[i]?.now, axis.column))}
      ${row(4, "f", "activation", strip.activation, [...strip.activationNotes(fixed(ACTIVATION_LIMIT, 1)), strip.step0], activationRow(depths, axis))}
      ${row(5, "f", "dead", saturates ? strip.saturated : strip.dead, [saturates ? strip.saturatedNote : strip.deadNote], deadRow(depths, axis, saturates))}
      ${row(6, "b", "gradient", strip.gradient, [...strip.gradientNotes(decades(GRADIENT_DECADES)), strip.step0], gradientRow(depths, axis))}
      ${row(7, "b", "update", strip.update, strip.updateNotes(decades(UPDATE_DECADES)), updateRow(depths, axis))}
    `;
  }

  private header(column: Column, i: number, list: Column[]) {
    const folded = column.layers.length > 1;
    const last = column.layers.at(-1) as LayerDescription;
    const parameters = sum(column.layers, (layer) => layer.parameters);
    const chosen = column.key === this.chosen;
    const tab = chosen || (i === 0 && !list.some(({ key }) => key === this.chosen));
    const frozen = viewOf(column, lab.shown?.inspection)?.frozen;
    const broken = marksLayer(column);
    const { title } = column.main;
    return html`<button
      class="layer ${broken ? "broken" : ""}"
      style="grid-column:${i + 2}"
      aria-pressed=${chosen}
      tabindex=${tab ? 0 : -1}
      title=${folded ? text.strip.open(column.layers.length) : title}
      data-column=${i}
      @click=${() => this.choose(column)}
      @keydown=${(event: KeyboardEvent) => this.move(event, i, list.length)}
    >
      ${layerIcon(column.main.kind)}
      ${frozen ? html`<i class="lock" role="img" aria-label=${text.strip.frozen} title=${text.strip.frozen}>${icons.locked}</i>` : nothing}
      ${broken ? html`<i class="cross" role="img" aria-label=${text.strip.doesNotFit}>✕</i>` : nothing}
      <b>${title}</b><span>${shape(last.shape)}</span>
      <span>${folded ? foldText(column) : parameters > 0 ? count(parameters) : "–"}</span>
      ${i < list.length - 1 ? html`<i class="wire"></i>` : nothing}
    </button>`;
  }

  private choose(column: Column): void {
    if (column.layers.length > 1) this.opened = column.key;
    else this.chosen = this.chosen === column.key ? "" : column.key;
    lab.choose(column.main.name);
    this.requestUpdate();
  }

  private move(event: KeyboardEvent, from: number, length: number): void {
    if (event.key === "Escape") {
      this.opened = this.chosen = "";
      this.requestUpdate();
    }
    const to = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: length - 1 }[event.key];
    if (to === undefined || to < 0 || to >= length) return;
    event.preventDefault();
    this.querySelector<HTMLElement>(`[data-column="${to}"]`)?.focus();
  }

  private maps(column: Column, i: number, view: LayerView | undefined, room: number) {
    const place = `grid-column:${i + 2}`;
    const { description, inspection } = lab.shown ?? {};
    if (column.main.kind === "input") {
      return html`<div class="maps" style=${place}>${probes(PROBES, this.tile)}</div>
        <div class="scale" style=${place}><i class="pix"></i>0–255</div>`;
    }
    const isAnswer = column.layers.some((layer) => layer === description?.layers.at(-1));
    if (isAnswer && inspection?.image.predictions) {
      return html`<div class="maps" style=${place}>${answers(inspection)}</div>
        <div class="scale" style=${place}>${text.strip.answer}</div>`;
    }
    if (this.filters && column.layers.some(({ name }) => name === this.filtersOf)) {
      const { low, high } = this.filters;
      return html`<div class="maps" style=${place}>${filterTiles(this.filters, TILES, this.tile)}</div>
        <div class="scale" style=${place}><i></i>±${compact(Math.max(Math.abs(low), Math.abs(high)))}</div>`;
    }
    const maps = view?.maps;
    if (!maps || maps.height * maps.width === 1) {
      return html`<div class="maps" style=${place}></div><div class="scale" style=${place}>–</div>`;
    }
    const range = rangeOf(maps.data);
    const half = maps.low >= 0;
    const narrow = room < 2 * this.tile + GAPS;
    return html`<div class="maps ${narrow ? "single" : ""}" style=${place}>
        ${featureTiles(maps, narrow ? PHONE_TILES : TILES, this.tile, range)}
      </div>
      <div class="scale" style=${place}>
        <i class=${half ? "half" : ""}></i>${half ? `0–${compact(range)}` : `±${compact(range)}`}
      </div>`;
  }
}

/** Before the engine has started the title is that of the link. */
const dataIn = (hash: string) => /[#&]data=(\w+)/.exec(hash)?.[1] ?? "digits";

const sum = <T>(list: T[], of: (item: T) => number) => list.reduce((all, item) => all + of(item), 0);

customElements.define("lab-strip", Strip);
