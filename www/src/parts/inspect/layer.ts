import { html, nothing } from "lit";
import type { LayerValues, Updated } from "../../engine/proof";
import type { Inspection } from "../../engine/types";
import { loudest, shapeOf, sheetOf } from "../../formulas/layer";
import { loss } from "../../formulas/loss";
import { dropout } from "../../formulas/pointwise";
import { print, type Sheet } from "../../formulas/sheet";
import { update } from "../../formulas/update";
import type { Place } from "../../formulas/weights";
import { lab } from "../../lab";
import type { Run } from "../../run";
import { text } from "../../text";
import { layerNames } from "../layer-names";
import { Pane } from "./pane";

const LOSS = "loss";
type Axis = keyof Place;
const AXES: Axis[] = ["channel", "row", "column"];

interface Seen {
  layer: string;
  values: LayerValues;
  /** The layer behind, whose input a resting dropout hands on. */
  next: LayerValues | undefined;
  inspection: Inspection;
}

/** The formula of a layer with the live numbers of one of its units, and the last update of one weight. */
export class LayerPane extends Pane<Seen> {
  private place: Partial<Place> = {};
  private weight: number | undefined;
  /** What the optimizer held one look earlier. */
  private earlier: { step: number; updated: Updated } | undefined;
  private newest: { step: number; updated: Updated } | undefined;

  private get layers() {
    const passes = ["input", "flatten"];
    return (lab.run?.description.layers ?? []).filter(({ kind }) => !passes.includes(kind));
  }

  private get chosen(): string {
    if (lab.layer === LOSS) return LOSS;
    return (this.layers.find(({ name }) => name === lab.layer) ?? this.layers[0])?.name ?? LOSS;
  }

  protected override get key(): string {
    return this.chosen;
  }

  protected override async ask(run: Run): Promise<Seen> {
    const layer = this.chosen;
    const at = this.layers.findIndex(({ name }) => name === layer);
    const drops = this.layers[at]?.kind === "dropout";
    const look = (name: string) =>
      run.session.inspect({ values: { layer: name, image: 0 }, ...(drops && { dropout: { image: 0 } }) });
    const inspection = await look(layer);
    const behind = drops ? this.layers[at + 1]?.name : undefined;
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
    const current = seen?.layer === this.chosen ? seen : undefined;
    const names = layerNames(lab.run?.description.layers ?? []);
    return html`<p class="lead">
        <label for="formula-of">${text.formula.label}</label>
        <select id="formula-of" @change=${this.choose}>
          ${[
            ...this.layers.map(({ name }) => [name, names.get(name) ?? name] as const),
            [LOSS, text.formula.lossLayer] as const,
          ].map(
            ([name, title]) =>
              html`<option value=${name} ?selected=${name === this.chosen}>${title}</option>`,
          )}
        </select>
        ${current && current.layer !== LOSS ? this.placeFields(current) : nothing}
      </p>
      ${current ? this.sheets(current) : html`<p class="foot">${text.formula.loading}</p>`}
      <p class="foot">${text.formula.image}</p>`;
  }

  private sheets(seen: Seen) {
    const made = this.sheet(seen);
    return html`${made ? sheet(made) : html`<p>${text.formula.passes}</p>`}
      ${seen.values.updated ? this.updateSheet(seen.values.updated) : nothing}`;
  }

  private sheet({ layer, values, next, inspection }: Seen): Sheet | undefined {
    if (layer === LOSS) {
      const [computed] = values.computed;
      const label = inspection.image.labels[0] ?? 0;
      const name = lab.run?.description.classes[label] ?? String(label);
      return computed && loss(computed, label, name, Number(lab.run?.values.smooth ?? 0));
    }
    const [mask] = inspection.dropout?.filter((one) => one.name === layer) ?? [];
    if (mask) {
      const unit = this.placeIn(mask.shape, { channel: 0, row: 0, column: 0 });
      const at = (unit.channel * mask.shape[1] + unit.row) * mask.shape[2] + unit.column;
      const x = next?.computed[0]?.reads[0]?.data[at] ?? 0;
      return dropout(x, mask.kept[at] === 1, Number(lab.run?.values.p ?? 0));
    }
    return sheetOf(values, this.placeIn(shapeOf(values), loudest(values)));
  }

  private shape({ layer, values, inspection }: Seen): [number, number, number] {
    return inspection.dropout?.find((one) => one.name === layer)?.shape ?? shapeOf(values);
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
    const shape = this.shape(seen);
    const usual = seen.values.computed.length > 0 ? loudest(seen.values) : { channel: 0, row: 0, column: 0 };
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
    const at = Math.min(this.weight ?? steepest(updated), updated.weight.length - 1);
    const made = earlier && newest?.updated === updated ? update(earlier.updated, updated, at) : undefined;
    return html`<h3 class="update">${text.formula.optimizer}
        <label class="unit">${text.formula.unit.weight}
          <input class="value" type="number" min="0" max=${updated.weight.length - 1} .value=${String(at)}
            @change=${this.weigh}></label>
      </h3>
      ${made ? sheet(made) : html`<p class="foot">${text.formula.noUpdate}</p>`}`;
  }

  private readonly choose = ({ target }: Event) => {
    lab.choose((target as HTMLSelectElement).value);
    this.place = {};
    this.weight = undefined;
  };

  private move(axis: Axis, { target }: Event): void {
    this.place = { ...this.place, [axis]: Math.floor(Number((target as HTMLInputElement).value)) };
    this.requestUpdate();
  }

  private readonly weigh = ({ target }: Event) => {
    this.weight = Math.max(0, Math.floor(Number((target as HTMLInputElement).value)));
    this.requestUpdate();
  };
}

/** The weight that is pulled at most. */
function steepest({ gradient }: Updated): number {
  let best = 0;
  for (let i = 1; i < gradient.length; i++) {
    if (Math.abs(gradient[i] ?? 0) > Math.abs(gradient[best] ?? 0)) best = i;
  }
  return best;
}

function sheet({ rule, where, lines, engine }: Sheet) {
  return html`<div class="sheet-of-numbers">
    <p class="law">${rule}</p>
    <p class="where">${where}</p>
    <dl>
      ${lines.map(
        ({ name, numbers, result }) => html`<div>
          <dt>${name}</dt>
          <dd><span class="filled">${numbers}</span> = <b>${print(result)}</b></dd>
        </div>`,
      )}
    </dl>
    <p class="engine">${text.formula.engine(print(engine))}</p>
  </div>`;
}

customElements.define("lab-layer", LayerPane);
