/** Draws on a plot in page pixels. */

import uPlot from "uplot";
import { token } from "./colours";
import { markerPath } from "./marker";

/** Size of every word on a plot. */
const FONT = 10.5;

export class Pen {
  private readonly context: CanvasRenderingContext2D;
  private readonly ratio = uPlot.pxRatio;

  constructor(private readonly plot: uPlot) {
    this.context = plot.ctx;
  }

  get left() {
    return this.plot.bbox.left / this.ratio;
  }
  get right() {
    return (this.plot.bbox.left + this.plot.bbox.width) / this.ratio;
  }
  get top() {
    return this.plot.bbox.top / this.ratio;
  }
  get bottom() {
    return (this.plot.bbox.top + this.plot.bbox.height) / this.ratio;
  }

  x(step: number) {
    return this.plot.valToPos(step, "x", true) / this.ratio;
  }
  y(value: number) {
    return this.plot.valToPos(value, "y", true) / this.ratio;
  }

  width(words: string): number {
    this.context.save();
    this.context.font = `450 ${FONT}px ${token("--font")}`;
    const { width } = this.context.measureText(words);
    this.context.restore();
    return width;
  }

  line(from: [number, number], to: [number, number], colour: string, width: number, dash: number[] = []) {
    this.scaled((context) => {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.setLineDash(dash);
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...to);
      context.stroke();
    });
  }

  fill(path: string, colour: string) {
    this.scaled((context) => {
      context.fillStyle = colour;
      context.fill(new Path2D(path), "evenodd");
    });
  }

  mark(colour: number, step: number, value: number, radius: number) {
    const [x, y] = [this.x(step), this.y(value)];
    if (y < this.top - 1) return;
    this.scaled((context) => {
      context.translate(x, y);
      context.fillStyle = token(`--run-${colour}`);
      context.fill(new Path2D(markerPath(colour, radius)), "evenodd");
    });
  }

  /** With a halo in the colour of the surface, so that it reads on lines. */
  text(words: string, x: number, y: number, colour: string, align: CanvasTextAlign, strong = false) {
    this.scaled((context) => {
      context.font = `${strong ? 640 : 450} ${FONT}px ${token("--font")}`;
      context.textAlign = align;
      context.lineJoin = "round";
      context.strokeStyle = token("--surface");
      context.lineWidth = 3.5;
      context.strokeText(words, x, y);
      context.fillStyle = colour;
      context.fillText(words, x, y);
    });
  }

  private scaled(draw: (context: CanvasRenderingContext2D) => void) {
    const { context } = this;
    context.save();
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    draw(context);
    context.restore();
  }
}
