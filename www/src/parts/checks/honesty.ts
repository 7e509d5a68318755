import { html, nothing } from "lit";
import type { Agreement, Slope } from "../../engine/proof";
import { messageOf } from "../../errors";
import { scientific } from "../../format";
import { lab } from "../../lab";
import { layerNames } from "../../layer-names";
import { text } from "../../text";
import { Part } from "../part";
import { table } from "../table";

/** Below this share two slopes agree: the loss bends, and it is rounded. */
const SLOPE = 0.02;
/** A slope this small drowns in the rounding of the layers. */
const FLAT = 2e-4;
/** Two devices add in another order. */
const APART = 1e-3;

/** Two checks of the network that runs here, on its own device and weights, now. */
export class Honesty extends Part {
  protected override readonly topics = ["state"] as const;
  private slopes: { step: number; list: Slope[] } | undefined;
  private devices: { step: number; here: string; found: Agreement } | undefined;
  private busy = false;
  private error = "";

  override render() {
    return html`<p class="lead">${text.honesty.lead}</p>
      <p class="bar">
        <button class="btn primary" ?disabled=${this.busy || !lab.run} @click=${this.checkGradients}>${text.honesty.gradients}</button>
        <button class="btn primary" ?disabled=${this.busy || !lab.run} @click=${this.checkDevices}>${text.honesty.devices}</button>
        <span role="status">${this.busy ? text.honesty.busy : ""}</span>
      </p>
      ${this.error ? html`<p class="wrong" role="alert">${this.error}</p>` : nothing}
      <div class="found">${this.slopes ? this.slopeTable(this.slopes) : nothing} ${this.devices ? this.deviceTable(this.devices) : nothing}</div>`;
  }

  private slopeTable({ step, list }: { step: number; list: Slope[] }) {
    const { gradients, slopes, slopeHead } = text.honesty;
    const names = layerNames(lab.run?.description.layers ?? []);
    const rows = list.map((slope) => [
      weightName(slope.name, names),
      scientific(slope.backward, 2),
      scientific(slope.measured, 2),
      mark(agrees(slope)),
    ]);
    const right = list.filter(agrees).length;
    return table(gradients, slopeHead, rows, { caption: slopes(right, list.length, step) });
  }

  private deviceTable({ step, here, found }: { step: number; here: string; found: Agreement }) {
    const { devices, compared, deviceHead } = text.honesty;
    const { device, layers } = found;
    const names = layerNames(lab.run?.description.layers ?? []);
    const rows = layers.map((layer) => [
      names.get(layer.name) ?? layer.name,
      scientific(layer.output),
      layer.gradient === null ? "–" : scientific(layer.gradient),
      mark(close(layer)),
    ]);
    const right = layers.filter(close).length;
    const caption = compared(here, device, right, layers.length, step);
    return table(devices, deviceHead, rows, { caption });
  }

  private readonly checkGradients = () =>
    this.check(async () => {
      const { run } = lab;
      if (run)
        this.slopes = { list: await run.exclusive(() => run.session.checkGradients()), step: run.step };
    });

  private readonly checkDevices = () =>
    this.check(async () => {
      const { run } = lab;
      if (!run) return;
      const found = await run.exclusive(() => run.session.checkDevices());
      this.devices = { found, step: run.step, here: run.session.backend.name };
    });

  private async check(work: () => Promise<void>): Promise<void> {
    [this.busy, this.error] = [true, ""];
    this.requestUpdate();
    const goesOn = lab.playing;
    try {
      await lab.pause();
      await work();
    } catch (error) {
      this.error = messageOf(error);
    } finally {
      this.busy = false;
      if (goesOn) lab.play();
      this.requestUpdate();
    }
  }
}

const close = ({ output, gradient }: Agreement["layers"][number]) => Math.max(output, gradient ?? 0) < APART;

const agrees = ({ backward, measured }: Slope) => Math.abs(backward - measured) <= SLOPE * backward + FLAT;

/** `3.weight` by the name of its layer. */
function weightName(address: string, names: Map<string, string>): string {
  const end = address.lastIndexOf(".");
  const layer = names.get(address.slice(0, end));
  return layer ? `${layer}: ${address.slice(end + 1)}` : address;
}

const mark = (holds: boolean) =>
  html`<span class=${holds ? "ok" : "miss"}>${holds ? `✓ ${text.honesty.holds}` : `✕ ${text.honesty.apart}`}</span>`;

customElements.define("lab-honesty", Honesty);
