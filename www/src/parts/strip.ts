import { html, nothing } from "lit";
import { lab } from "../lab";
import { text } from "../text";
import { type Column, columns, judged, MOST_COLUMNS, NARROWEST, viewOf } from "./columns";
import type { Depth } from "./depth";
import { impossible } from "./impossible";
import { GHOSTS, ghosts, LARGER_TILE, TILE } from "./maps";
import { Part } from "./part";
import { rows } from "./rows";
import { layerFacts, networkFacts } from "./strip-facts";
import { grid } from "./strip-grid";
import { StripState } from "./strip-state";

/** Columns narrower than this set their names closer. */
const TIGHT = 56;

/** Network strip and depth strip: layers are columns, and both share them to the pixel; rows on a phone. */
export class Strip extends Part {
  protected override readonly topics = ["state", "pictures", "recipe"] as const;
  private readonly state = new StripState(() => this.requestUpdate());
  /** Of all columns; none on a phone. */
  private width = 0;
  private readonly observer = new ResizeObserver(() => this.measure());

  override firstUpdated(): void {
    const grid = this.querySelector(".grid");
    if (grid) this.observer.observe(grid);
    this.addEventListener("keydown", ({ key }) => key === "Escape" && this.escape());
    this.measure();
  }

  override updated(): void {
    this.state.filters.follow();
    if (!this.state.opening) return;
    this.state.opening = false;
    this.querySelector<HTMLElement>(".layer.inside, .inside .row")?.focus();
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

  /** What was chosen keeps the focus, not what goes with the choice. */
  private escape(): void {
    this.querySelector<HTMLElement>("[aria-pressed=true][data-column]")?.focus();
    this.state.escape();
  }

  private get tile(): number {
    const side = lab.shown?.description.data.shape[2] ?? TILE;
    return LARGER_TILE % side === 0 ? LARGER_TILE : TILE;
  }

  private get columns(): Column[] {
    const layers = lab.shown?.description.layers ?? [];
    return columns(layers, this.width || MOST_COLUMNS * NARROWEST, this.state.opened);
  }

  override render() {
    const run = lab.shown;
    const list = this.columns;
    const depths = list.map(
      (column): Depth => ({
        now: viewOf(column, run?.inspection),
        start: run?.start === run?.inspection ? undefined : viewOf(column, run?.start),
        ...judged(column, run),
      }),
    );
    const wide = this.width > 0;
    const chosen = wide && !run?.stage ? list.find(({ key }) => key === this.state.chosen) : undefined;
    const title = text.title(lab.data || dataIn(location.hash));
    return html`
      <div class="sentence">
        <h2>${chosen ? text.strip.chosen(chosen.main.title, chosen.main.name) : title}</h2>
        ${chosen ? layerFacts(this.state, chosen) : networkFacts()}
      </div>
      ${impossible()}
      <div class="grid ${wide && this.width / list.length < TIGHT ? "tight" : ""}" data-stage=${run?.stage ?? nothing} style="--columns:${list.length || GHOSTS};--tile:${this.tile}px">
        ${wide && list.length > 0 ? grid(this.state, list, depths, this.width, this.tile) : ghosts()}
      </div>
      ${wide ? nothing : rows(this.state, list, depths)}
    `;
  }
}

/** Before the engine has started the title is that of the link. */
const dataIn = (hash: string) => /[#&]data=(\w+)/.exec(hash)?.[1] ?? "digits";

customElements.define("lab-strip", Strip);
