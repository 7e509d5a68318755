/** The convolution whose filters stand where its maps are; they follow the training as maps do. */

import type { LayerView } from "../engine/types";
import { lab } from "../lab";

export class ShownFilters {
  layer = "";
  /** The channel of its input that they are shown for. */
  channel = 0;
  weights: LayerView["filters"];
  private step = -1;

  constructor(private readonly changed: () => void) {}

  async show(layer: string): Promise<void> {
    if (layer !== this.layer) this.channel = 0;
    this.layer = layer;
    this.weights = undefined;
    await this.read();
  }

  /** Reads them again where the run has moved on. */
  follow(): void {
    const step = lab.shown?.inspection?.step ?? -1;
    if (!this.layer || step === this.step) return;
    this.step = step;
    const known = lab.shown?.description.layers.some(({ name }) => name === this.layer);
    void (known ? this.read() : this.show(""));
  }

  look(channel: number): void {
    this.channel = channel;
    this.changed();
  }

  private async read(): Promise<void> {
    const { layer } = this;
    const run = lab.shown;
    const seen =
      layer && (await run?.exclusive(() => run.session.inspect({ layers: [layer], filters: true })));
    if (layer !== this.layer) return;
    this.weights = seen ? seen.layers[0]?.filters : undefined;
    this.changed();
  }
}
