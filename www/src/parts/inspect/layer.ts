import { html } from "lit";
import { lab } from "../../lab";
import { layerNames } from "../../layer-names";
import { text } from "../../text";
import { Part } from "../part";
import { formulaLayer, formulaLayers, LOSS } from "./formula";

/** Any layer's formula, and that of the loss. */
export class LayerPane extends Part {
  protected override readonly topics = ["state", "layer"] as const;

  override render() {
    const names = layerNames(lab.run?.description.layers ?? []);
    const choices = [
      ...formulaLayers().map(({ name }) => [name, names.get(name) ?? name] as const),
      [LOSS, text.formula.lossLayer] as const,
    ];
    return html`<p class="lead">
        <label for="formula-of">${text.formula.label}</label>
        <select id="formula-of" @change=${({ target }: Event) => lab.choose((target as HTMLSelectElement).value)}>
          ${choices.map(
            ([name, title]) =>
              html`<option value=${name} ?selected=${name === formulaLayer()}>${title}</option>`,
          )}
        </select>
      </p>
      <lab-formula></lab-formula>`;
  }
}

customElements.define("lab-layer", LayerPane);
