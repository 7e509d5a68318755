/** A recorded run, played as if it were computed: what a page shows before its engine is ready. */

import type { Batch, Description, Evaluation, Inspection, LayerView, Row, Session } from "./engine/types";

/** Values between −7 and 7 sevenths of a range, two a byte. */
interface Packed {
  range: number;
  data: string;
}

type Figures = Pick<LayerView, "mean" | "deviation" | "dead" | "saturated" | "gradient" | "update">;

/** The file, as tests/web/record.mjs writes it. */
export interface TraceFile {
  format: "convlab-trace";
  v: 1;
  link: string;
  description: Omit<Description, "defaults" | "problems" | "notes">;
  /** Training mode, one entry a step. */
  loss: number[];
  accuracy: number[];
  /** Epochs at the last step. */
  epochs: number;
  /** Step, loss, accuracy. */
  validation: [number, number, number][];
  clean: [number, number, number][];
  /** The probe images. */
  image: Packed & { shape: [number, number, number]; labels: number[] };
  frames: {
    step: number;
    /** Of the first probe image. */
    predictions: number[];
    layers: (Figures & {
      name: string;
      maps?: Packed & { shape: [number, number, number]; signed: boolean };
    })[];
  }[];
}

/** Between two steps. */
const STEP_MS = 45;
const LEVELS = 7;

function unpacked({ range, data }: Packed, length: number): Float32Array {
  const bytes = atob(data);
  return Float32Array.from({ length }, (_, i) => {
    const level = (bytes.charCodeAt(i >> 1) >> (4 * (i % 2))) & 15;
    return ((level - LEVELS) / LEVELS) * range;
  });
}

const product = (shape: number[]) => shape.reduce((a, b) => a * b, 1);

/** As much of a session as showing asks for. */
export type Playable = Pick<
  Session,
  "backend" | "description" | "advance" | "evaluate" | "inspect" | "link" | "pause" | "free" | "onstatus"
>;

export class Recording implements Playable {
  readonly backend = { kind: "cpu" as const, name: "", reason: "" };
  readonly description: Description;
  onstatus: Session["onstatus"] = null;
  private step = 0;

  constructor(private readonly trace: TraceFile) {
    const { description, loss } = trace;
    const values = { ...description.values, steps: loss.length };
    this.description = { ...description, values, defaults: values, problems: [], notes: [] };
  }

  async advance(steps: number, { onRows, signal }: Parameters<Session["advance"]>[1] = {}) {
    const { loss, accuracy, epochs } = this.trace;
    for (let i = 0; i < steps && this.step < loss.length && !signal?.aborted; i++) {
      await new Promise((later) => setTimeout(later, STEP_MS));
      const at = this.step++;
      const epoch = (epochs * this.step) / loss.length;
      const row: Row = { step: this.step, epoch, loss: loss[at] ?? 0, accuracy: accuracy[at] ?? 0, lr: 0 };
      onRows?.([row]);
    }
    return { step: this.step };
  }

  async evaluate({ split }: { split: string }): Promise<Evaluation> {
    const points = split === "train" ? this.trace.clean : this.trace.validation;
    const [, loss = 0, accuracy = 0] = points.findLast(([step]) => step <= this.step) ?? points[0] ?? [];
    return { loss, accuracy, count: 0 };
  }

  async inspect(): Promise<Inspection> {
    const { frames, image } = this.trace;
    const frame = frames.findLast(({ step }) => step <= this.step) ?? frames[0];
    const layers = (frame?.layers ?? []).map(({ name, maps, ...figures }): LayerView => {
      const view = { name, ...figures, batchGradient: null, weight: null, drift: null, frozen: false };
      if (!maps) return view;
      const [channels, height, width] = maps.shape;
      const data = unpacked(maps, product(maps.shape));
      return {
        ...view,
        maps: { channels, height, width, data, low: maps.signed ? -maps.range : 0, high: maps.range },
      };
    });
    const batch: Batch = {
      images: unpacked(image, image.labels.length * product(image.shape)),
      shape: image.shape,
      labels: Uint8Array.from(image.labels),
      predictions: Float32Array.from(frame?.predictions ?? []),
    };
    return { step: frame?.step ?? 0, layers, image: batch };
  }

  link = async () => this.trace.link;
  pause = async () => {};
  free = async () => {};
}

/** Reads a trace; undefined where the file is none. */
export async function readTrace(url: string): Promise<TraceFile | undefined> {
  try {
    const trace = (await (await fetch(url)).json()) as TraceFile;
    return trace.format === "convlab-trace" && trace.v === 1 ? trace : undefined;
  } catch {
    // The page does without.
    return undefined;
  }
}
