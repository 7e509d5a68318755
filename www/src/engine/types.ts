/** What the page may ask of the engine. Shapes are `[N, C, H, W]`; every method answers with a promise. */

import type { Experiment, Live } from "./experiment";
import type { Finding, ProcedureName, ProcedureOptions, Procedures, Watch } from "./procedures";
import type { Agreement, LayerValues, Left, Slope, Views } from "./proof";

/** A value of a setting: a number, or the word of a choice. */
export type Value = number | string;

/** One sentence for the user about one field of the experiment. */
export interface Problem {
  field: string;
  word?: string;
  message: string;
  /** The same without what is used instead, where something is. */
  reason?: string;
}

export type Group =
  | "Images"
  | "Augment"
  | "Model"
  | "Init, norm, activation"
  | "Optimizer"
  | "Regularize"
  | "Run";

/** A setting, declared once in the engine: limits, words and help of one control. */
export interface Setting {
  key: string;
  label: string;
  help: string;
  group: Group;
  /** A list is whole numbers joined by "-", or "all". */
  kind: "number" | "choice" | "list";
  /** Acts at the next step of a running session. */
  live: boolean;
  default: Value;
  min?: number;
  max?: number;
  /** The part of the range worth a slider; the number box takes all of it. */
  slider?: [number, number];
  scale?: "linear" | "log";
  integer?: boolean;
  choices?: { value: string; label: string; help: string; group?: string }[];
  /** A choice that takes other words too. */
  free?: boolean;
  /** The setting, and its words, that give this one a meaning. */
  when?: { key: string; values: string[] };
  /** What one sees where a number is too low, or too high. */
  low?: string;
  high?: string;
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
  /** Sentences about the images: what was left out, what stands in two splits. */
  notes: string[];
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

/** How numbers are distributed: bins of equal width, the last one closed. */
export interface Histogram {
  /** One more than there are bins. */
  edges: number[];
  counts: number[];
}

/** What a normalization measured on the probe images, and what it learned. */
export interface NormView {
  /** Of each group: of a channel in batch normalization, else image after image. */
  mean: Float32Array;
  variance: Float32Array;
  /** Of each channel; batch normalization only. */
  runningMean: Float32Array | null;
  runningVariance: Float32Array | null;
  /** Weight γ and bias β of each channel or element. */
  weight: Float32Array | null;
  bias: Float32Array | null;
}

/** A layer on the probe images. What it does not have is null. */
export interface LayerView {
  /** "3"; inside a residual block "4.body.0". */
  name: string;
  mean: number;
  deviation: number;
  /** Share of units that are never above 0, 0 to 1; of activations. */
  dead: number | null;
  /** Share of activations near an end of sigmoid's or tanh's range, 0 to 1. */
  saturated: number | null;
  /** Norm of the weight gradient on the probe images. */
  gradient: number | null;
  /** Norm of the weight gradient in the last training step, after clipping. */
  batchGradient: number | null;
  weight: number | null;
  /** |last step| / |weight|; before the first step that of the step it would take. */
  update: number | null;
  /** |weight − weight at the start| / |weight at the start|. */
  drift: number | null;
  /** Whether it stays as it is. */
  frozen: boolean;
  activations?: Histogram;
  weights?: Histogram;
  /** The weights of a convolution. */
  filters?: {
    /** `[filters, channels, height, width]`. */
    shape: [number, number, number, number];
    data: Float32Array;
    low: number;
    high: number;
  };
  norm?: NormView;
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
  /** The same images as the next step trains on them; only where it augments them. */
  trained?: {
    /** `[N, C, H, W]`, 0 to 255 as shown. */
    images: Uint8Array;
    /** What the first layer reads, to the last bit: augmented and standardised. */
    values: Float32Array;
  };
}

/** Loss and accuracy in evaluation mode. */
export interface Evaluation {
  loss: number;
  accuracy: number;
  count: number;
  /** The same by the mean of the probabilities over fixed views of each image; `passes` is the cost. */
  tta?: { views: number; loss: number; accuracy: number; passes: number };
}

export interface Inspection {
  step: number;
  layers: LayerView[];
  /** The probe images; the first is the one whose maps are shown. */
  image: Batch;
  nextBatch?: Batch;
  saliency?: Saliency;
  dropout?: DropoutMask[];
  confusion?: Confusion;
  mistakes?: Mistakes;
  values?: LayerValues;
}

export type Split = "train" | "validation" | "test";

/** How much each pixel of a probe image moves the loss, or the logit of a class. */
export interface Saliency {
  image: number;
  class: number | null;
  shape: [number, number, number];
  /** `[C, H, W]`: |d loss / d x| or |d logit / d x|. */
  data: Float32Array;
  high: number;
}

/** Units of a dropout layer in the next step, for one image. */
export interface DropoutMask {
  name: string;
  shape: [number, number, number];
  /** `[C, H, W]`: 1 kept, 0 dropped. */
  kept: Uint8Array;
}

/** Who is taken for whom. */
export interface Confusion {
  split: Split;
  count: number;
  accuracy: number;
  loss: number;
  /** Images by true class (row) and predicted class (column), `[classes, classes]`. */
  matrix: Uint32Array;
  /** Share of each true class classified rightly; null for a class without images. */
  perClass: (number | null)[];
}

/** Images judged wrongly, the largest loss first. */
export interface Mistakes {
  split: Split;
  /** How many there are in all. */
  count: number;
  /** Their numbers in the data set. */
  numbers: number[];
  image: Batch;
  predicted: number[];
  losses: number[];
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

/** What to look at. Looking never changes the run. */
export interface Look {
  /** Addresses; all layers when absent. */
  layers?: string[];
  stats?: boolean;
  /** Without gradients and updates: a third of the time. */
  forward?: boolean;
  /** Of activations and weights; 30 bins unless given. */
  histogram?: { bins?: number };
  maps?: { layers?: string[]; image?: number; channels?: number };
  filters?: boolean;
  /** Statistics, weights and biases of normalizations. */
  norms?: boolean;
  /** Of a probe image: by the logit of a class, or by the loss. */
  saliency?: { image?: number; class?: number };
  /** Masks of the next step, for one image of its batch. */
  dropout?: { image?: number };
  /** Validation images unless a split is given. */
  confusion?: { split?: Split; limit?: number };
  mistakes?: { n?: number; split?: Split; limit?: number };
  nextBatch?: number;
  predictions?: boolean;
  /** Every number of one layer, or of the "loss", for one probe image. */
  values?: { layer: string; image?: number };
}

/** Layers whose weights are meant, by address; "classifier" is the last layer. */
export interface Part {
  /** These alone; all when absent. */
  only?: string[];
  except?: string[];
}

export interface Evaluation {
  loss: number;
  accuracy: number;
  count: number;
  /** Of the test split: how often it was looked at, this time included. */
  looks?: number;
}

export interface Session {
  readonly backend: Backend;
  readonly description: Description;
  advance(
    steps: number,
    options?: { onRows?(rows: Row[]): void; signal?: AbortSignal; turn?: number },
  ): Promise<{ step: number; diverged?: number }>;
  /** Changes settings that act live, from the next step on. */
  set(change: Live): Promise<{ appliesAt: number }>;
  /** Layers that stay as they are from `appliesAt` on, by address: "0" or "3.body". In the link, too. */
  freeze(layers: string[]): Promise<{ appliesAt: number; frozen: string[] }>;
  /** Lets them learn again. */
  unfreeze(layers: string[]): Promise<{ appliesAt: number; frozen: string[] }>;
  /** With `views` above 1 also by test-time augmentation. */
  evaluate(query: { split: Split; limit?: number; views?: number }): Promise<Evaluation>;
  /** Probabilities `[N, classes]`: their mean over the views. */
  predict(images: Float32Array | Uint8Array, query?: { views?: number }): Promise<Float32Array>;
  inspect(query: Look): Promise<Inspection>;
  /** One image, as it is shown, through so many views, with the answer to each. */
  views(image: Float32Array | Uint8Array, views: number): Promise<Views>;
  /** Whether the way back is the slope of the way forward, on this device and with these weights. */
  checkGradients(): Promise<Slope[]>;
  /** Whether another device computes the same from these weights. */
  checkDevices(): Promise<Agreement>;
  /** Tries something beside this session, on its images: see `procedure`. */
  procedure<Name extends ProcedureName>(
    name: Name,
    link: string,
    options: ProcedureOptions,
    watch: Watch<Procedures[Name]["row"]>,
  ): Promise<Procedures[Name]["outcome"]>;
  /** What the curve doctor says about what this run left behind. */
  diagnose(left: Left): Promise<Finding[]>;
  /**
   * The same experiment again (same seed, same changes, same bits), or with changed settings; with `keep`
   * it begins with the weights of these layers as they are now.
   */
  restart(patch?: Experiment, options?: { keep?: Part }): Promise<Description>;
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
  /**
   * Starts at step 0 with the weights of a network of the same shapes, or with a part of them: the other
   * layers start as the seed draws them. The next restart draws all of them.
   */
  load(bytes: Uint8Array, part?: Part): Promise<void>;
  plan(): Promise<string>;
  /** One stage of the next step, in this order; the update answers with the figures of the step, or with none where it diverged. */
  stage(name: "forward" | "loss" | "backward" | "update"): Promise<Row | null>;
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

/** Files of images, read where the engine runs and sent nowhere; the name may have folders in it. */
export interface OwnFiles {
  /** IDX (MNIST) or NPY with labels, CIFAR-10 batches, pictures in one folder per class, also zipped or gzipped. */
  files: (File | { name: string; bytes: Uint8Array | Blob })[];
}

export interface OpenOptions {
  backend?: BackendChoice;
  /** The page's shared worker (default), or this thread. */
  worker?: boolean;
  /** Opens on the first slice of the images where the others have not arrived: for a first look. */
  early?: boolean;
  /** Images in memory, or files; the settings of the images act on files only. */
  data?: OwnData | OwnFiles;
  /** How many of the pictures have been decoded. */
  onReading?(done: number, total: number): void;
  /**
   * How many kernels the graphics device has compiled, of those that a network needs and it did not know;
   * the CPU compiles none. Also called for what a restart needs, for layers that are frozen, and for what is made
   * beside the training: to evaluate, to look at layers.
   */
  onCompiling?(done: number, total: number): void;
  /** Ends the reading of files. */
  signal?: AbortSignal;
}
