import { html, nothing } from "lit";
import type { Inspection, LayerDescription, LayerView } from "../engine/types";
import { compact, count, fixed, large, percent, power } from "../format";
import { lab } from "../lab";
import { text } from "../text";
import { type Column, columns, NARROWEST, viewOf } from "./columns";
import {
  ACTIVATION_LIMIT,
  activationRow,
  type Depth,
  deadRow,
  GRADIENT_DECADES,
  gradientRow,
  smallDepth,
  UPDATE_DECADES,
  updateRow,
} from "./depth";
import { layerIcon } from "./icons";
import { Part } from "./part";
import { stages } from "./stages";
import { rangeOf, tileSize } from "./tile";

const TILES = 8;
/** Columns of the strip before the network is known. */
const GHOSTS = 10;
const PHONE_TILES = 4;
const PHONE_ROWS = 24;
const PROBES = 4;
/** Size of a tile in the strip: whole pixels of images up to 28, or up to 32. */
const TILE = 28;
const LARGER_TILE = 32;
/** Between and beside two tiles. */
const GAPS = 4;
const PHONE_TILE = 42;

/** Network strip and depth strip: layers are columns, and both share them to the pixel. */
export class Strip extends Part {
  protected override readonly topics = ["state", "pictures"] as const;
  private width = 0;
  private chosen = "";
  private opened = "";
  private readonly observer = new ResizeObserver(() => this.measure());

  override firstUpdated(): void {
    const grid = this.querySelector(".grid");
    if (grid) this.observer.observe(grid);
    this.measure();
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
    const side = lab.run?.description.data.shape[2] ?? TILE;
    return LARGER_TILE % side === 0 ? LARGER_TILE : TILE;
  }

  private get columns(): Column[] {
    return columns(lab.run?.description.layers ?? [], this.width, 2 * this.tile + GAPS, this.opened);
  }

  override render() {
    const { run } = lab;
    const list = this.columns;
    const inspection = run?.inspection;
    return html`
      <div class="sentence">
        <h2>${text.title(String(lab.recipe.value("data")) || dataIn(location.hash))}</h2>
        ${this.facts(list)}
      </div>
      <div class="grid" data-stage=${run?.stage ?? nothing} style="--columns:${list.length || GHOSTS};--tile:${this.tile}px">
        ${list.length > 0 && this.width > 0 ? this.grid(list, inspection) : ghosts()}
      </div>
      ${this.rows(inspection)}
    `;
  }

  /** Totals of the network, or what is known about the chosen layer. */
  private facts(list: Column[]) {
    const description = lab.run?.description;
    if (!description) return html`<p>${lab.state === "loading" ? text.starting : nothing}</p>`;
    const { stage } = lab.run ?? {};
    if (stage) return stages(stage);
    const chosen = list.find(({ key }) => key === this.chosen);
    if (chosen) {
      const parameters = sum(chosen.layers, (layer) => layer.parameters);
      const macs = large(sum(chosen.layers, (layer) => layer.macs));
      const receptive = chosen.layers.at(-1)?.receptive ?? 1;
      return html`<p><b>${chosen.main.title}</b>: ${text.strip.facts(parameters, macs, receptive)}</p>`;
    }
    return html`<p>
      <b>${count(description.parameters)}</b> ${text.facts.weights} &ensp;<b>${large(description.macs)}</b>
      ${text.facts.macs}<span class="more"> &ensp;<b>${count(description.data.train)}</b> ${text.facts.images}</span>
    </p>`;
  }

  private grid(list: Column[], inspection: Inspection | undefined) {
    const start = lab.run?.start;
    const axis = { width: this.width, column: this.width / list.length };
    const depths: Depth[] = list.map((column) => ({
      now: viewOf(column, inspection),
      start: start === inspection ? undefined : viewOf(column, start),
      ...this.judged(column),
    }));
    const chosen = list.findIndex(({ key }) => key === this.chosen);
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
      <div class="gut head-gut" style="grid-row:1"><span>${strip.shape}</span><span>${strip.weights}</span></div>
      <div class="gut wraps" style="grid-row:2">
        <b>${strip.maps}</b><span>${strip.mapsOf}</span><span>${probeName()}</span>
      </div>
      <div class="gut" style="grid-row:3;align-self:center">${strip.colours}</div>
      ${list.map((column, i) => this.header(column, i, list))}
      ${list.map((column, i) => this.maps(column, i, depths[i]?.now, axis.column))}
      ${row(4, "f", "activation", strip.activation, [...strip.activationNotes(fixed(ACTIVATION_LIMIT, 1)), strip.step0], activationRow(depths, axis))}
      ${row(5, "f", "dead", strip.dead, [strip.deadNote], deadRow(depths, axis))}
      ${row(6, "b", "gradient", strip.gradient, [...strip.gradientNotes(decades(GRADIENT_DECADES)), strip.step0], gradientRow(depths, axis))}
      ${row(7, "b", "update", strip.update, strip.updateNotes(decades(UPDATE_DECADES)), updateRow(depths, axis))}
    `;
  }

  /** What may be judged in a column: nothing before the first step, and not how large the logits are. */
  private judged({ layers }: Column): { trained: boolean; logits: boolean } {
    const { run } = lab;
    const answer = run?.description.layers.at(-1);
    return { trained: (run?.step ?? 0) > 0, logits: layers.some((layer) => layer === answer) };
  }

  private header(column: Column, i: number, list: Column[]) {
    const folded = column.layers.length > 1;
    const last = column.layers.at(-1) as LayerDescription;
    const parameters = sum(column.layers, (layer) => layer.parameters);
    const chosen = column.key === this.chosen;
    const tab = chosen || (i === 0 && !list.some(({ key }) => key === this.chosen));
    const title =
      column.repeat > 1 ? `${column.main.title} ${text.strip.repeat(column.repeat)}` : column.main.title;
    return html`<button
      class="layer"
      style="grid-column:${i + 2}"
      aria-pressed=${chosen}
      tabindex=${tab ? 0 : -1}
      title=${folded ? text.strip.open(column.layers.length) : title}
      data-column=${i}
      @click=${() => this.choose(column)}
      @keydown=${(event: KeyboardEvent) => this.move(event, i, list.length)}
    >
      ${layerIcon(column.main.kind)}<b>${title}</b><span>${shape(last.shape)}</span>
      <span>${folded ? text.strip.fold(column.layers.length) : parameters > 0 ? count(parameters) : "–"}</span>
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
    const { description, inspection } = lab.run ?? {};
    if (column.main.kind === "input") {
      return html`<div class="maps" style=${place}>${probes(PROBES, this.tile)}</div>
        <div class="scale" style=${place}><i class="pix"></i>0–255</div>`;
    }
    const isAnswer = column.layers.some((layer) => layer === description?.layers.at(-1));
    if (isAnswer && inspection?.image.predictions) {
      return html`<div class="maps" style=${place}>${answers(inspection)}</div>
        <div class="scale" style=${place}>${text.strip.answer}</div>`;
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

  /** Phone: the shared axis turns, layers run downwards. */
  private rows(inspection: Inspection | undefined) {
    const layers = lab.run?.description.layers ?? [];
    const start = lab.run?.start;
    return html`<ol class="rows">
      <li class="hd">${text.strip.phoneHead.map((head) => html`<span>${head}</span>`)}</li>
      ${columns(layers, PHONE_ROWS * NARROWEST, NARROWEST, this.opened).map((column) => {
        const now = viewOf(column, inspection);
        const last = column.layers.at(-1) as LayerDescription;
        return html`<li>
          <div><b>${column.main.title}${column.repeat > 1 ? ` ${text.strip.repeat(column.repeat)}` : ""}</b><span>${shape(last.shape)}</span></div>
          <div class="t">${this.rowPictures(column, now, inspection)}</div>
          ${smallDepth({ now, start: viewOf(column, start), ...this.judged(column) })}
        </li>`;
      })}
    </ol>`;
  }

  private rowPictures(column: Column, now: LayerView | undefined, inspection: Inspection | undefined) {
    if (column.main.kind === "input") return probes(PHONE_TILES - 1, PHONE_TILE);
    if (now?.maps && now.maps.height > 1)
      return featureTiles(now.maps, PHONE_TILES, PHONE_TILE, rangeOf(now.maps.data));
    const predictions = inspection?.image.predictions;
    const isAnswer = column.layers.some((layer) => layer === lab.run?.description.layers.at(-1));
    if (!isAnswer || !predictions) return html`<span>–</span>`;
    const classes = lab.run?.description.classes ?? [];
    const shares = [...predictions.subarray(0, classes.length)];
    const best = shares.indexOf(Math.max(...shares));
    return html`<span>${text.strip.answers(classes[best] ?? "", percent(shares[best] ?? 0, 0))}</span>`;
  }
}

/** Before the engine has started the title is that of the link. */
const dataIn = (hash: string) => /[#&]data=(\w+)/.exec(hash)?.[1] ?? "digits";

/** Empty tiles in their final places. */
function ghosts() {
  const tile = html`<lab-tile class="ghost" style="--size:${TILE}px"></lab-tile>`;
  return html`<div class="layer ghost-head" style="grid-column:1" aria-hidden="true"></div>
    ${Array.from(
      { length: GHOSTS },
      (_, i) =>
        html`<div class="maps" style="grid-column:${i + 2}">${Array.from({ length: TILES }, () => tile)}</div>`,
    )}`;
}

function featureTiles(maps: NonNullable<LayerView["maps"]>, most: number, fit: number, range: number) {
  const { channels, height, width, data } = maps;
  const size = tileSize(width, fit);
  return Array.from({ length: Math.min(channels, most) }, (_, channel) => {
    const picture = { data, offset: channel * height * width, height, width, scale: "div" as const, range };
    return html`<lab-tile aria-hidden="true" style="--size:${size}px" .picture=${picture}></lab-tile>`;
  });
}

/** The chosen probe image large, others small. */
function probes(small: number, fit: number) {
  const batch = lab.run?.inspection?.image;
  if (!batch) return nothing;
  const [channels, height, width] = batch.shape;
  const plane = channels * height * width;
  const size = tileSize(width, fit);
  const scale = channels === 3 ? ("rgb" as const) : ("pix" as const);
  return Array.from({ length: Math.min(batch.labels.length, small + 1) }, (_, i) => {
    const picture = { data: batch.images, offset: i * plane, height, width, scale, range: 255 };
    const name = lab.run?.description.classes[batch.labels[i] ?? 0] ?? "";
    return html`<lab-tile
      class=${i === 0 ? "big" : ""}
      role=${i === 0 ? "img" : nothing}
      aria-label=${i === 0 ? text.strip.image(name) : nothing}
      aria-hidden=${i === 0 ? nothing : "true"}
      style="--size:${i === 0 ? 2 * size + 3 : size}px"
      .picture=${picture}
    ></lab-tile>`;
  });
}

/** What the net answers for the chosen image. */
function answers(inspection: Inspection) {
  const classes = lab.run?.description.classes ?? [];
  const shares = [...(inspection.image.predictions ?? [])].slice(0, classes.length);
  const best = shares.indexOf(Math.max(...shares));
  return html`<div class="cls">
    ${classes.map((name, i) => {
      const share = shares[i] ?? 0;
      return html`<div class=${i === best ? "top1" : ""} style="--v:${share.toFixed(3)}" title="${name}: ${percent(share)}">${name}</div>`;
    })}
  </div>`;
}

function probeName(): string {
  const batch = lab.run?.inspection?.image;
  const name = lab.run?.description.classes[batch?.labels[0] ?? 0];
  return name === undefined || !batch ? "" : text.strip.image(name);
}

/** `16 · 28²`, `16 · 28×14`, `10`. */
function shape([channels = 0, height, width]: number[]): string {
  if (height === undefined || width === undefined) return String(channels);
  return `${channels} · ${height === width ? `${height}²` : `${height}×${width}`}`;
}

const sum = <T>(list: T[], of: (item: T) => number) => list.reduce((all, item) => all + of(item), 0);

customElements.define("lab-strip", Strip);
