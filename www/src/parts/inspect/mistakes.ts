import { html, nothing } from "lit";
import type { Mistakes } from "../../engine/types";
import { fixed } from "../../format";
import { lab } from "../../lab";
import type { Run } from "../../run";
import { text } from "../../text";
import { type Picture, tileSize } from "../tile";
import { Pane } from "./pane";

const SHOWN = 20;
const TILE = 44;
/** All at once would hold up the page: the others stand as they were, or keep their places. */
const PER_FRAME = 4;

interface Entry {
  picture: Picture;
  label: string;
  answer: string;
  loss: number;
}

/** The images that are judged worst: what they are, what the net takes them for, and their loss. */
export class MistakesPane extends Pane<Mistakes> {
  private entries: Entry[] = [];
  private next: Entry[] = [];
  private value: Mistakes | undefined;
  private frame = 0;

  protected override async ask(run: Run): Promise<Mistakes> {
    const { mistakes } = await run.session.inspect({ mistakes: { n: SHOWN } });
    if (!mistakes) throw new Error("no mistakes came back");
    return mistakes;
  }

  protected override willUpdate(): void {
    const { value } = this.asked;
    if (value === this.value) return;
    this.value = value;
    this.next = value ? entriesOf(value) : [];
    this.entries.length = Math.min(this.entries.length, this.next.length);
  }

  protected override updated(): void {
    super.updated();
    if (this.next.length > 0 && this.frame === 0) this.frame = requestAnimationFrame(this.takeSome);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  private readonly takeSome = () => {
    this.frame = 0;
    const at = (this.value?.image.labels.length ?? 0) - this.next.length;
    this.entries.splice(at, PER_FRAME, ...this.next.splice(0, PER_FRAME));
    this.requestUpdate();
  };

  override render() {
    const { value } = this.asked;
    const { description } = lab.run ?? {};
    if (!value || !description) return html`<p class="foot">${text.mistakes.loading}</p>`;
    const { image, count } = value;
    const { classes, data } = description;
    const named = classes.some(({ length }) => length > 2);
    return html`<p class="lead">${text.mistakes.count(count, data.validation, this.asked.step)}</p>
      <ol class="mistakes ${named ? "named" : ""}" style="--size:${tileSize(image.shape[2], TILE)}px">
        ${Array.from(image.labels, (_, i) => entry(this.entries[i]))}
      </ol>
      ${count > SHOWN ? html`<p class="foot">${text.mistakes.more(count - image.labels.length)}</p>` : nothing}`;
  }
}

function entriesOf({ image, predicted, losses }: Mistakes): Entry[] {
  const [channels, height, width] = image.shape;
  const name = (number: number | undefined) => lab.run?.description.classes[number ?? -1] ?? "";
  return Array.from(image.labels, (label, i) => ({
    picture: {
      data: image.images,
      offset: i * channels * height * width,
      height,
      width,
      scale: channels === 3 ? "rgb" : "pix",
      range: 255,
    },
    label: name(label),
    answer: name(predicted[i]),
    loss: losses[i] ?? 0,
  }));
}

function entry(one: Entry | undefined) {
  if (!one) return html`<li></li>`;
  const { picture, label, answer, loss } = one;
  return html`<li>
    <lab-tile role="img" aria-label=${text.mistakes.image(label, answer)} .picture=${picture}></lab-tile>
    <span>${label} <span><i aria-hidden="true">→</i> <b>${answer}</b></span></span>
    <small>${text.mistakes.loss(fixed(loss, 2))}</small>
  </li>`;
}

customElements.define("lab-mistakes", MistakesPane);
