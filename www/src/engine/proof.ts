/** Every number of a layer, and checks of the running network. */

/** An operand as a kernel sees it; of a value with a row per image only the row of the image asked for. */
export interface Numbers {
  /** `[C, H, W]` of an image, `[G, 2, 1, 1]` of statistics, the length of weights. */
  shape: number[];
  data: Float32Array;
}

export interface Computed {
  /** "conv/forward". */
  kernel: string;
  /** Its sizes: `{ IC, OC, KH, KW, STRIDE, PADDING, … }`. */
  constants: Record<string, number>;
  reads: Numbers[];
  writes: Numbers[];
}

/** What the optimizer holds of a layer's weight. */
export interface Updated {
  /** "0.weight". */
  name: string;
  /** "optimizer/sgd". */
  kernel: string;
  constants: Record<string, number>;
  lr: number;
  momentum: number;
  weightDecay: number;
  l1: number;
  /** Adam's `1 − β₁ᵗ` and `√(1 − β₂ᵗ)` in the last step. */
  corrections: [number, number];
  weight: Float32Array;
  /** Of the last step; empty where there is none. */
  gradient: Float32Array;
  slots: Float32Array[];
}

/** One layer on one probe image; "loss" is one, too. */
export interface LayerValues {
  layer: string;
  image: number;
  /** Its kernels in order; none where it hands on what it gets. */
  computed: Computed[];
  updated?: Updated;
}

/** The slope of the loss along a weight's gradient: by the way back, and measured by ways forward. */
export interface Slope {
  name: string;
  backward: number;
  measured: number;
}

/** The probe images on another device: largest difference over largest number, layer by layer. */
export interface Agreement {
  device: string;
  layers: { name: string; output: number; gradient: number | null }[];
}

/** An image through the fixed views of test-time augmentation. */
export interface Views {
  /** `[views, C, H, W]`, 0 to 255. */
  images: Uint8Array;
  /** `[views, classes]`. */
  answers: Float32Array;
}

/** What a run left behind for the doctor; training figures are those of each step. */
export interface Left {
  loss: number[];
  accuracy: number[];
  clean: { step: number; loss: number; accuracy: number }[];
  val: { step: number; loss: number; accuracy: number }[];
  looks: {
    step: number;
    layers: {
      name: string;
      activation: boolean;
      deviation: number;
      dead: number | null;
      gradient: number | null;
    }[];
  }[];
  diverged?: number;
}

/** What devices and module hold. */
export interface Usage {
  buffers: number;
  bytes: number;
  /** Bytes of the module's memory, which never shrinks. */
  wasm: number;
}
