/** Small pictures at whole-pixel scale, never smoothed. */

import { table } from "./colours";
import { themeChanged } from "./theme";

export interface Picture {
  /** Values of one picture, row by row; `channels` planes one after the other for colour. */
  data: ArrayLike<number>;
  offset: number;
  height: number;
  width: number;
  /** Signed values up to ±range, pixels 0 to 255, three planes of them, or amounts up to range. */
  scale: "div" | "pix" | "rgb" | "seq";
  range: number;
}

/** A canvas that shows one picture; its size on the page is a multiple of the picture's own where it fits. */
export class Tile extends HTMLElement {
  private shown: Picture | undefined;
  private readonly canvas = document.createElement("canvas");
  private readonly redraw = () => this.draw();

  connectedCallback(): void {
    this.canvas.className = "tile";
    if (!this.canvas.isConnected) this.append(this.canvas);
    themeChanged.addEventListener("change", this.redraw);
    this.draw();
  }

  disconnectedCallback(): void {
    themeChanged.removeEventListener("change", this.redraw);
  }

  set picture(picture: Picture | undefined) {
    // Lit hands over an object each time it renders.
    if (picture === this.shown) return;
    this.shown = picture;
    if (this.isConnected) this.draw();
  }

  private draw(): void {
    const { shown, canvas } = this;
    const width = shown?.width ?? 1;
    const height = shown?.height ?? 1;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const context = canvas.getContext("2d");
    if (!context) return;
    if (!shown) {
      context.clearRect(0, 0, 1, 1);
      return;
    }
    const image = context.createImageData(width, height);
    paint(shown, image.data);
    context.putImageData(image, 0, 0);
  }
}

function paint({ data, offset, height, width, scale, range }: Picture, out: Uint8ClampedArray) {
  const area = height * width;
  const colours = scale === "rgb" ? undefined : table(scale);
  for (let i = 0; i < area; i++) {
    const at = i * 4;
    out[at + 3] = 255;
    if (!colours) {
      for (let c = 0; c < 3; c++) out[at + c] = data[offset + c * area + i] ?? 0;
      continue;
    }
    const value = data[offset + i] ?? 0;
    const share = scale === "div" ? 0.5 + (0.5 * value) / range : value / range;
    const entry = 3 * Math.round(255 * Math.min(1, Math.max(0, share)));
    for (let c = 0; c < 3; c++) out[at + c] = colours[entry + c] ?? 0;
  }
}

/** The size on the page: the largest whole multiple in screen pixels that fits, or the fit itself for large pictures. */
export function tileSize(width: number, fit: number): number {
  const pixels = fit * devicePixelRatio;
  return width >= pixels ? fit : (Math.floor(pixels / width) * width) / devicePixelRatio;
}

/** The size below which 98.5 % of the values lie: one outlier does not pale a picture. */
export function rangeOf(data: Float32Array): number {
  let most = 0;
  for (const value of data) most = Math.max(most, Math.abs(value));
  if (!(most > 0) || !Number.isFinite(most)) return 1;
  const bins = new Uint32Array(256);
  for (const value of data) {
    const bin = Math.min(255, Math.floor((Math.abs(value) / most) * 256));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  let seen = 0;
  const enough = 0.985 * data.length;
  for (let bin = 0; bin < 256; bin++) {
    seen += bins[bin] ?? 0;
    if (seen >= enough) return ((bin + 1) / 256) * most;
  }
  return most;
}

customElements.define("lab-tile", Tile);
