import { html, nothing } from "lit";
import type { LayerValues, Updated } from "../../engine/proof";
import type { Inspection } from "../../engine/types";
import { placeOf, shapeOf, sheetOf } from "../../formulas/layer";
import { loss } from "../../formulas/loss";
import { loudest } from "../../formulas/loudest";
import { dropout } from "../../formulas/pointwise";
import type { Sheet } from "../../formulas/sheet";
import { update } from "../../formulas/update";
import type { Place } from "../../formulas/weights";
import { lab } from "../../lab";
import type { Run } from "../../run";
import { text } from "../../text";
import { Pane } from "./pane";
import { sheet } from "./sheet";

export const LOSS = "loss";
const AXES = ["channel", "row", "column"] as const;

interface Seen {
  layer: string;
  values: LayerValues;
  /** The layer behind, whose input a resting dropout hands on. */
  next: LayerValues | undefined;
  inspection: Inspection;
}

/** Layers that compute something. */
export const formulaLayers = () =>
  (lab.run?.description.layers ?? []).filter(({ kind }) => kind !== "input" && kind !== "flatten");

/** The layer that is looked into, or the first. */
export function formulaLayer(): string {
  if (lab.layer === LOSS) return LOSS;
  const known = formulaLayers();
  return (known.find(({ name }) => name === lab.layer) ?? known[0])?.name ?? LOSS;
}

/** The formula of a layer with the live numbers of one of its units, and the last update of one weight. */
export class Formula extends Pane<Seen> {
  /** The layer that the unit and the weight were chosen for. */
  private of = "";
  private place: Partial<Place> = {};
  private weight: number | undefined;
  /** What the optimizer held one look earlier. */
  private earlier: { step: number; updated: Updated } | undefined;
  private newest: { step: number; updated: Updated } | undefined;

  protected override get key(): string {
    return formulaLayer();
  }

  protected override willUpdate(): void {
    if (this.of === this.key) return;
    this.of = this.key;
    this.place = {};
    this.weight = undefined;
  }

  protected override async ask(run: Run): Promise<Seen> {
    const layer = this.key;
    const layers = formulaLayers();
    const at = layers.findIndex(({ name }) => name === layer);
    const drops = layers[at]?.kind === "dropout";
    const look = (name: string) =>
      run.session.inspect({ values: { layer: name, image: 0 }, ...(drops && { dropout: { image: 0 } }) });
    const inspection = await look(layer);
    const behind = drops ? layers[at + 1]?.name : undefined;
    const next = behind === undefined ? undefined : (await look(behind)).values;
    const { values } = inspection;
    if (!values) throw new Error("no numbers came back");
    this.remember(values.updated, inspection.step);
    return { layer, values, next, inspection };
  }

  private remember(updated: Updated | undefined, step: number): void {
    if (this.newest && this.newest.updated.name !== updated?.name) this.newest = this.earlier = undefined;
    if (!updated || step === this.newest?.step) return;
    this.earlier = this.newest?.step === step - 1 ? this.newest : undefined;
    this.newest = { step, updated };
  }

  override render() {
    const seen = this.asked.value;
    if (seen?.layer !== this.key) return html`<p class="foot">${text.formula.loading}</p>`;
    const { updated } = seen.values;
    const made = this.sheet(seen);
    return html`${seen.layer === LOSS ? nothing : html`<p class="lead">${this.placeFields(seen)}</p>`}
      ${made ? sheet(made) : html`<p>${text.formula.passes}</p>`}
      ${updated ? this.updateSheet(updated) : nothing}
      <p class="foot">${text.formula.image}</p>`;
  }

  private sheet(seen: Seen): Sheet | undefined {
    const { layer, values, inspection } = seen;
    if (layer === LOSS) {
      const [computed] = values.computed;
      const label = inspection.image.labels[0] ?? 0;
      const name = lab.run?.description.classes[label] ?? String(label);
      return computed && loss(computed, label, name, Number(lab.run?.values.smooth ?? 0));
    }
    const { shape, usual, mask } = unitsOf(seen);
    const place = this.placeIn(shape, usual);
    if (!mask) return sheetOf(values, place);
    const at = (place.channel * shape[1] + place.row) * shape[2] + place.column;
    return dropout(inputs(seen), mask.kept, at, Number(lab.run?.values.p ?? 0), inspection.step + 1);
  }

  private placeIn([channels, height, width]: [number, number, number], usual: Place): Place {
    const within = (value: number | undefined, other: number, size: number) =>
      Math.max(0, Math.min(size - 1, value ?? other));
    return {
      channel: within(this.place.channel, usual.channel, channels),
      row: within(this.place.row, usual.row, height),
      column: within(this.place.column, usual.column, width),
    };
  }

  private placeFields(seen: Seen) {
    const { shape, usual } = unitsOf(seen);
    const place = this.placeIn(shape, usual);
    return AXES.map((axis, i) =>
      (shape[i] ?? 1) > 1
        ? html`<label class="unit">${text.formula.unit[axis]}
            <input class="value" type="number" min="0" max=${(shape[i] ?? 1) - 1} .value=${String(place[axis])}
              @change=${(event: Event) => this.move(axis, event)}></label>`
        : nothing,
    );
  }

  private updateSheet(updated: Updated) {
    const { earlier, newest } = this;
    const at = Math.min(this.weight ?? loudest(updated.gradient), updated.weight.length - 1);
    const made = earlier && newest?.updated === updated ? update(earlier.updated, updated, at) : undefined;
    return html`<h3 class="update">${text.formula.optimizer}
        <label class="unit">${text.formula.unit.weight}
          <input class="value" type="number" min="0" max=${updated.weight.length - 1} .value=${String(at)}
            @change=${this.weigh}></label>
      </h3>
      ${made ? sheet(made) : html`<p class="foot">${text.formula.noUpdate(lab.playing)}</p>`}`;
  }

  private move(axis: keyof Place, { target }: Event): void {
    this.place = { ...this.place, [axis]: Math.floor(Number((target as HTMLInputElement).value)) };
    this.requestUpdate();
  }

  private readonly weigh = ({ target }: Event) => {
    this.weight = Math.max(0, Math.floor(Number((target as HTMLInputElement).value)));
    this.requestUpdate();
  };
}

/** What a dropout layer is given: it stands in no plan that rests, so the layer behind has read it. */
const inputs = ({ next }: Seen): Float32Array => next?.computed[0]?.reads[0]?.data ?? new Float32Array();

/** The units of a layer, and the one that has most to show: of a dropout, the largest that is kept. */
function unitsOf(seen: Seen) {
  const { layer, values, inspection } = seen;
  const mask = inspection.dropout?.find(({ name }) => name === layer);
  const shape = mask?.shape ?? shapeOf(values);
  const numbers = mask
    ? inputs(seen).map((x, i) => x * (mask.kept[i] ?? 0))
    : (values.computed.at(-1)?.writes[0]?.data ?? new Float32Array());
  return { mask, shape, usual: placeOf(loudest(numbers), shape) };
}

customElements.define("lab-formula", Formula);
