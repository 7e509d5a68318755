import { html, nothing } from "lit";
import type { Views } from "../engine/proof";
import { lab } from "../lab";
import { text } from "../text";
import { bars, vote } from "./bars";
import { Part } from "./part";
import { viewList } from "./views";

const VIEWS = 9;

/** Where the data are no digits: a picture of the reader's own, cut to a square and read by the net. */
export class Picture extends Part {
  protected override readonly topics = ["state", "pictures"] as const;
  private pixels: Uint8Array | undefined;
  private source: ImageBitmap | undefined;
  private of = "";
  private shares: number[] = [];
  private views: Views | undefined;
  private error = "";
  private lookedAt: unknown;
  private asking = false;

  override updated(): void {
    const { run } = lab;
    if (!this.source || !run || run.inspection === this.lookedAt || this.asking) return;
    this.lookedAt = run.inspection;
    void this.ask();
  }

  override render() {
    const { description } = lab.run ?? {};
    const drawable = !description || lab.data === "digits";
    this.toggleAttribute("hidden", drawable);
    if (!description || drawable) return nothing;
    const { shape } = description.data;
    return html`<header>
        <h2>${text.picture.label}</h2>
        <label class="btn quiet">${text.picture.choose}
          <input class="visually-hidden" type="file" accept="image/*" @change=${this.choose}>
        </label>
      </header>
      <div class="drop" @dragover=${(event: Event) => event.preventDefault()} @drop=${this.drop}>
        ${this.views ? viewList(this.views, shape, description.classes) : html`<p>${text.picture.drop}</p>`}
      </div>
      ${this.views ? bars(description.classes, this.shares) : nothing}
      <p class="sees" role="status">${this.error || (this.views ? text.picture.seen(shape[1]) : "")}</p>`;
  }

  private readonly choose = ({ target }: Event) => {
    const [file] = (target as HTMLInputElement).files ?? [];
    if (file) void this.read(file);
  };

  /** Anywhere else a dropped picture would be a data set. */
  private readonly drop = (event: DragEvent) => {
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    void this.read(file);
  };

  private async read(file: File): Promise<void> {
    try {
      this.source = await createImageBitmap(file);
      this.error = "";
      this.of = "";
      await this.ask();
    } catch {
      this.error = text.picture.failed;
    }
    this.requestUpdate();
  }

  private async ask(): Promise<void> {
    const { run } = lab;
    if (!run || !this.source) return;
    const { shape } = run.description.data;
    if (this.of !== shape.join()) {
      this.pixels = fitted(this.source, shape);
      this.of = shape.join();
    }
    const { pixels } = this;
    if (!pixels) return;
    this.asking = true;
    try {
      this.views = await run.exclusive(() => run.session.views(pixels, VIEWS));
      this.shares = vote(this.views.answers, run.description.classes.length);
    } catch {
      this.views = undefined;
    } finally {
      this.asking = false;
    }
    this.requestUpdate();
  }
}

/** `[C, H, W]`, 0 to 255: the largest square in the middle, made as small as the net takes it. */
function fitted(source: ImageBitmap, [channels, height, width]: [number, number, number]): Uint8Array {
  const side = Math.min(source.width, source.height);
  const context = new OffscreenCanvas(width, height).getContext("2d");
  const area = width * height;
  const out = new Uint8Array(channels * area);
  if (!context) return out;
  context.imageSmoothingQuality = "high";
  context.drawImage(
    source,
    (source.width - side) / 2,
    (source.height - side) / 2,
    side,
    side,
    0,
    0,
    width,
    height,
  );
  const { data } = context.getImageData(0, 0, width, height);
  for (let i = 0; i < area; i++) {
    const [r = 0, g = 0, b = 0] = data.subarray(4 * i, 4 * i + 3);
    if (channels === 1) out[i] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
    else
      [r, g, b].forEach((value, c) => {
        out[c * area + i] = value;
      });
  }
  return out;
}

customElements.define("lab-picture", Picture);
