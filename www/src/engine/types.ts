/** What the page may ask of the engine. Shapes are `[N, C, H, W]`; every method answers with a promise. */

import type { Experiment, Live } from "./experiment";

/** A value of a setting: a number, or the word of a choice. */
export type Value = number | string;

/** One sentence for the user about one field of the experiment. */
export interface Problem {
  field: string;
  word?: string;
  message: string;
}

export type Group = "Images" | "Model" | "Init, norm, activation" | "Optimizer" | "Regularize" | "Run";

/** A setting, declared once in the engine: limits, words and help of one control. */
export interface Setting {
  key: string;
  label: string;
  help: string;
  group: Group;
  kind: "number" | "choice";
  /** Acts at the next step of a running session. */
  live: boolean;
  default: Value;
  min?: number;
  max?: number;
  /** The part of the range worth a slider; the number box takes all of it. */
  slider?: [number, number];
  scale?: "linear" | "log";
  integer?: boolean;
  choices?: { value: string; label: string; help: string }[];
  /** A choice that takes other words too. */
  free?: boolean;
  /** The setting, and its words, that give this one a meaning. */
  when?: { key: string; values: string[] };
  source?: { title: string; url: string };
}

export interface LayerDescription {
  name: string;
  /** input, conv, norm, activation, pool, gap, flatten, dense, dropout or residual. */
  kind: string;
  /** As printed over a column: "Conv 3×3", "Batch", "ReLU". */
  title: string;
  /** `[C, H, W]` or `[C]`. */
  shape: number[];
  parameters: number;
  macs: number;
  receptive: number;
}

export interface Description {
  /** The canonical link without `#`: "v=1&…", only what differs from the defaults. */
  link: string;
  /** By setting key. */
  values: Record<string, Value>;
  /** What each would be if nothing were written. */
  defaults: Record<string, Value>;
  problems: Problem[];
  layers: LayerDescription[];
  parameters: number;
  macs: number;
  classes: string[];
  data: { train: number; validation: number; test: number; shape: [number, number, number] };
}

/** Training-mode figures of one step. */
export interface Row {
  step: number;
  epoch: number;
  loss: number;
  accuracy: number;
  lr: number;
}

export interface Backend {
  kind: "webgpu" | "cpu";
  name: string;
  reason: string;
}

export interface LayerView {
  name: string;
  mean: number;
  deviation: number;
  /** Share of units that are never above 0, 0 to 1; null where it has no meaning. */
  dead: number | null;
  /** Norm of the weight gradient. */
  gradient: number | null;
  weight: number | null;
  /** |step| / |weight|. */
  update: number | null;
  maps?: {
    channels: number;
    height: number;
    width: number;
    /** `[channels, height, width]` of the chosen image. */
    data: Float32Array;
    low: number;
    high: number;
  };
}

export interface Batch {
  /** `[N, C, H, W]`, 0 to 255 as shown. */
  images: Float32Array | Uint8Array;
  shape: [number, number, number];
  labels: Uint8Array;
  /** `[N, classes]` probabilities. */
  predictions?: Float32Array;
}

export interface Inspection {
  step: number;
  layers: LayerView[];
  /** The probe images; the first is the one whose maps are shown. */
  image: Batch;
  nextBatch?: Batch;
}

export interface EngineStatus {
  /** "lost": the device failed, and the session waits for `recover`. */
  kind: "running" | "paused" | "diverged" | "error" | "lost" | "recovered";
  /** Where the run stands; for "lost" and "recovered" the step of its last checkpoint. */
  step: number;
  message: string;
  /** What had failed before "recovered". */
  cause?: "engine" | "device";
}

export interface Look {
  stats?: boolean;
  maps?: { layers?: string[]; image?: number; channels?: number };
  nextBatch?: number;
  predictions?: boolean;
}

export interface Session {
  readonly backend: Backend;
  readonly description: Description;
  advance(
    steps: number,
    options?: { onRows?(rows: Row[]): void; signal?: AbortSignal },
  ): Promise<{ step: number; diverged?: number }>;
  /** Changes settings that act live, from the next step on. */
  set(change: Live): Promise<{ appliesAt: number }>;
  evaluate(query: {
    split: "train" | "validation" | "test";
    limit?: number;
  }): Promise<{ loss: number; accuracy: number; count: number }>;
  /** Probabilities `[N, classes]`. */
  predict(images: Float32Array | Uint8Array): Promise<Float32Array>;
  inspect(query: Look): Promise<Inspection>;
  /** The same experiment again (same seed, same changes, same bits), or with changed settings. */
  restart(patch?: Experiment): Promise<Description>;
  pause(): Promise<void>;
  /** The experiment with its intervention log. */
  link(): Promise<string>;
  /** After the status "lost": on from the last checkpoint, on a new device or on another backend. */
  recover(backend?: BackendChoice): Promise<void>;
  /** The whole state as safetensors bytes. */
  snapshot(): Promise<Uint8Array>;
  /** Goes on from a snapshot, with the live settings and changes of its run. */
  restore(bytes: Uint8Array): Promise<void>;
  /** Parameters and running statistics alone, as safetensors bytes. */
  weights(): Promise<Uint8Array>;
  /** Starts at step 0 with the weights of a network of the same shapes; the next restart draws new ones. */
  load(bytes: Uint8Array): Promise<void>;
  plan(): Promise<string>;
  stage(name: "forward" | "loss" | "backward" | "update"): Promise<void>;
  /** Gives the memory back. */
  free(): Promise<void>;
  onstatus: ((status: EngineStatus) => void) | null;
}

export type BackendChoice = "auto" | "webgpu" | "cpu";

/** Images of the caller's own, in place of the experiment's. */
export interface OwnData {
  /** `[N, C, H, W]`: bytes 0 to 255, or floats. */
  images: Uint8Array | Float32Array;
  labels: Uint8Array;
  /** `[C, H, W]`. */
  shape: [number, number, number];
  classes: number;
  /** Subtracted and divided by, per channel; floats default to "none", bytes to "auto". */
  standardize?: "none" | "auto" | { mean: number[]; std: number[] };
  /** Image numbers, batch after batch, in place of the shuffle. */
  batches?: Uint32Array;
}

export interface OpenOptions {
  backend?: BackendChoice;
  /** The page's shared worker (default), or this thread. */
  worker?: boolean;
  /** Opens on the first slice of the images where the others have not arrived: for a first look. */
  early?: boolean;
  data?: OwnData;
}
