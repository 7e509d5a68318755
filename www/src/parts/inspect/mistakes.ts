import { html, nothing } from "lit";
import type { Mistakes } from "../../engine/types";
import { fixed } from "../../format";
import { lab } from "../../lab";
import type { Run } from "../../run";
import { text } from "../../text";
import { tileSize } from "../tile";
import { Pane } from "./pane";

const SHOWN = 20;
const TILE = 44;
/** All at once would hold up the page; their places are kept. */
const PER_FRAME = 4;

/** The images that are judged worst: what they are, what the net takes them for, and their loss. */
export class MistakesPane extends Pane<Mistakes> {
  private drawn = 0;
  private frame = 0;

  protected override async ask(run: Run): Promise<Mistakes> {
    const { mistakes } = await run.session.inspect({ mistakes: { n: SHOWN } });
    if (!mistakes) throw new Error("no mistakes came back");
    return mistakes;
  }

  protected override updated(): void {
    super.updated();
    if (!this.asked.value) this.drawn = 0;
    else if (this.drawn < SHOWN && this.frame === 0) this.frame = requestAnimationFrame(this.drawMore);
  }

  private readonly drawMore = () => {
    this.frame = 0;
    this.drawn += PER_FRAME;
    this.requestUpdate();
  };

  override render() {
    const { value } = this.asked;
    const { description } = lab.run ?? {};
    if (!value || !description) return html`<p class="foot">${text.mistakes.loading}</p>`;
    const { image, predicted, losses, count } = value;
    const [channels, height, width] = image.shape;
    const plane = channels * height * width;
    const { classes, data } = description;
    const name = (number: number) => classes[number] ?? "";
    const named = classes.some(({ length }) => length > 2);
    return html`<p class="lead">${text.mistakes.count(count, data.validation, this.asked.step)}</p>
      <ol class="mistakes ${named ? "named" : ""}" style="--size:${tileSize(width, TILE)}px">
        ${[...image.labels].map((label, i) => {
          if (i >= this.drawn) return html`<li></li>`;
          const picture = {
            data: image.images,
            offset: i * plane,
            height,
            width,
            scale: channels === 3 ? ("rgb" as const) : ("pix" as const),
            range: 255,
          };
          const answer = name(predicted[i] ?? 0);
          return html`<li>
            <lab-tile role="img" aria-label=${text.mistakes.image(name(label), answer)} .picture=${picture}></lab-tile>
            <span>${name(label)} <span><i aria-hidden="true">→</i> <b>${answer}</b></span></span>
            <small>${text.mistakes.loss(fixed(losses[i] ?? 0, 2))}</small>
          </li>`;
        })}
      </ol>
      ${count > SHOWN ? html`<p class="foot">${text.mistakes.more(count - image.labels.length)}</p>` : nothing}`;
  }
}

customElements.define("lab-mistakes", MistakesPane);
