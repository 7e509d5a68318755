import { html, nothing } from "lit";
import { prepare } from "../digit";
import type { Views } from "../engine/proof";
import { lab } from "../lab";
import { text } from "../text";
import { bars, vote } from "./bars";
import { token } from "./colours";
import { Part } from "./part";
import { themeChanged } from "./theme";
import { viewList } from "./views";

/** The drawing is kept at this size, whatever its size on the page. */
const SIDE = 112;
const PEN = 10;
const MOVE = 5;
const ASK_MS = 120;
/** Of test-time augmentation. */
const VIEWS = 9;

const touch = matchMedia("(pointer: coarse)");

/** A digit drawn by hand, read by the net at once and again while it trains. */
export class Pad extends Part {
  protected override readonly topics = ["state", "pictures"] as const;
  /** Ink only: black where nothing is drawn. */
  private readonly ink = inkCanvas();
  private seen: Uint8Array | null = null;
  private shares: number[] = [];
  /** Whether the drawing is read through several views, and what they gave. */
  private several = false;
  private views: Views | undefined;
  private pen: { x: number; y: number } | null = null;
  private cursor = { x: SIDE / 2, y: SIDE / 3, down: false, shown: false };
  private asked = 0;
  private asking = false;
  private again: ReturnType<typeof setTimeout> | undefined;
  private lookedAt: unknown;
  private readonly repaint = () => this.paint();

  override connectedCallback(): void {
    super.connectedCallback();
    themeChanged.addEventListener("change", this.repaint);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    themeChanged.removeEventListener("change", this.repaint);
  }

  override updated(): void {
    this.paint();
    const inspection = lab.run?.inspection;
    if (inspection === this.lookedAt) return;
    this.lookedAt = inspection;
    this.refresh();
  }

  private get side(): number | undefined {
    const shape = lab.run?.description.data.shape;
    return shape && shape[0] === 1 && shape[1] === shape[2] ? shape[1] : undefined;
  }

  override render() {
    const reads = !lab.run || (this.side !== undefined && lab.data === "digits");
    this.toggleAttribute("hidden", !reads);
    if (!reads) return nothing;
    const classes = lab.run?.description.classes ?? Array.from({ length: 10 }, (_, i) => String(i));
    return html`<header>
        <h2>${text.pad.label}</h2>
        <button class="btn quiet" aria-pressed=${this.several} title=${text.pad.severalHelp} @click=${this.toggle}>${text.pad.several(VIEWS)}</button>
        <button class="btn quiet" @click=${this.clear}>${text.pad.clear}</button>
      </header>
      <div class="pad">
        <div class="sheet-of-paper">
          <canvas
            class="ink" width=${SIDE} height=${SIDE} tabindex="0" role="application" aria-label=${text.pad.canvas}
            @pointerdown=${this.down} @pointermove=${this.drag} @pointerup=${this.up} @pointercancel=${this.up}
            @keydown=${this.key} @blur=${this.leave}
          ></canvas>
          ${this.seen ? nothing : html`<span class="hint" aria-hidden="true">${text.pad.hint}</span>`}
        </div>
        ${bars(classes, this.shares)}
      </div>
      <p class="sees">${this.sentence(classes)}</p>
      ${this.several ? html`<div class="views-place">${this.views && this.side ? viewList(this.views, [1, this.side, this.side], classes) : nothing}</div>` : nothing}`;
  }

  private sentence(classes: string[]) {
    const side = this.side ?? 28;
    if (!this.seen)
      return html`<lab-tile class="ghost" style="--size:28px"></lab-tile>${touch.matches ? text.pad.touch : text.pad.start}`;
    const order = this.shares.map((share, i) => ({ share, i })).sort((a, b) => b.share - a.share);
    const picture = {
      data: this.seen,
      offset: 0,
      height: side,
      width: side,
      scale: "pix" as const,
      range: 255,
    };
    const name = (place: number) => classes[order[place]?.i ?? 0] ?? "";
    return html`<lab-tile role="img" aria-label=${text.pad.seen} style="--size:28px" .picture=${picture}></lab-tile>
      ${order.length > 1 ? text.pad.sentence(side, name(0), name(1)) : text.pad.seen}`;
  }

  // ---- drawing ----

  private at(event: PointerEvent): { x: number; y: number } {
    const box = (event.target as HTMLElement).getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * SIDE,
      y: ((event.clientY - box.top) / box.height) * SIDE,
    };
  }

  private readonly down = (event: PointerEvent) => {
    (event.target as HTMLElement).setPointerCapture(event.pointerId);
    this.pen = this.at(event);
    this.stroke(this.pen, this.pen);
  };

  private readonly drag = (event: PointerEvent) => {
    if (!this.pen) return;
    const next = this.at(event);
    this.stroke(this.pen, next);
    this.pen = next;
  };

  private readonly up = () => {
    this.pen = null;
  };

  private readonly leave = () => {
    this.cursor = { ...this.cursor, down: false, shown: false };
    this.paint();
  };

  private readonly key = (event: KeyboardEvent) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === " ") this.cursor.down = !this.cursor.down;
    else if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const from = { x: this.cursor.x, y: this.cursor.y };
    const inside = (v: number) => Math.max(PEN, Math.min(SIDE - PEN, v));
    this.cursor.x = inside(from.x + (by?.[0] ?? 0) * MOVE);
    this.cursor.y = inside(from.y + (by?.[1] ?? 0) * MOVE);
    this.cursor.shown = true;
    if (this.cursor.down) this.stroke(from, this.cursor);
    else this.paint();
  };

  private stroke(from: { x: number; y: number }, to: { x: number; y: number }): void {
    const context = this.ink.getContext("2d");
    if (!context) return;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x + 0.01, to.y);
    context.stroke();
    this.paint();
    this.refresh();
  }

  private readonly toggle = () => {
    this.several = !this.several;
    this.views = undefined;
    this.refresh();
    this.requestUpdate();
  };

  private readonly clear = () => {
    this.ink.getContext("2d")?.clearRect(0, 0, SIDE, SIDE);
    this.seen = null;
    this.views = undefined;
    this.shares = [];
    this.requestUpdate();
  };

  private paint(): void {
    const canvas = this.querySelector<HTMLCanvasElement>("canvas.ink");
    const context = canvas?.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, SIDE, SIDE);
    context.drawImage(this.ink, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = token("--pix-1");
    context.fillRect(0, 0, SIDE, SIDE);
    context.globalCompositeOperation = "source-over";
    if (!this.cursor.shown) return;
    context.beginPath();
    context.arc(this.cursor.x, this.cursor.y, PEN / 2, 0, 2 * Math.PI);
    context.strokeStyle = token("--accent");
    context.lineWidth = this.cursor.down ? 3 : 1.2;
    context.stroke();
  }

  // ---- reading ----

  /** Asks the net at most every ASK_MS; the newest drawing is always asked last. */
  private refresh(): void {
    const wait = this.asked + ASK_MS - performance.now();
    clearTimeout(this.again);
    if (this.asking || wait > 0) {
      this.again = setTimeout(() => this.refresh(), Math.max(wait, 30));
      return;
    }
    void this.ask();
  }

  private async ask(): Promise<void> {
    const { run } = lab;
    const { side } = this;
    const pixels = this.ink.getContext("2d")?.getImageData(0, 0, SIDE, SIDE).data;
    if (!run || side === undefined || !pixels) return;
    const alpha = new Uint8ClampedArray(SIDE * SIDE).map((_, i) => pixels[i * 4 + 3] ?? 0);
    const seen = prepare(alpha, SIDE, side);
    if (!seen) return;
    this.seen = seen;
    this.asking = true;
    try {
      this.views = this.several ? await run.exclusive(() => run.session.views(seen, VIEWS)) : undefined;
      this.shares = this.views
        ? vote(this.views.answers, run.description.classes.length)
        : [...(await run.exclusive(() => run.session.predict(seen)))];
    } catch {
      this.shares = [];
    } finally {
      this.asking = false;
      this.asked = performance.now();
    }
    this.requestUpdate();
  }
}

function inkCanvas(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context) {
    context.lineWidth = PEN;
    context.lineCap = "round";
    context.lineJoin = "round";
  }
  return canvas;
}

customElements.define("lab-pad", Pad);
