/** Written from the engine's declarations by crates/core/tests/links_page.rs. */

/** The settings of an experiment; what is left out has its default. */
export interface Experiment {
  /** Data: What the network learns to tell apart. */
  data?: "digits" | "shapes" | "own";
  /** Image size: Rows and columns of an image. Half: 4 × faster. */
  side?: 28 | 14 | 32 | 16 | 64;
  /** Training images: Fewer: it learns them by heart, not the rule. 1 to 60000. */
  train?: number;
  /** Validation images: Images that choices look at; never trained on. 10 to 10000. */
  val?: number;
  /** Test images: Images looked at once, at the very end. 10 to 10000. */
  test?: number;
  /** Classes: Only these, as 0-1-7, counted from 0; or all. */
  classes?: string;
  /** Images per class: Training images of each class, at most. 0: all. 0 to 6000. */
  perclass?: number;
  /** Imbalance: First class over last, in training images. 1 to 1000. */
  imbalance?: number;
  /** Label noise: Share of training labels that are wrong. 0 to 1. */
  noise?: number;
  /** Training labels: Shuffled: it can only learn by heart. */
  labels?: "true" | "shuffled";
  /** Images turned: Degrees that every image is turned by. -180 to 180. */
  turn?: number;
  /** Images moved: Share of the side that every image is moved by. -0.5 to 0.5. */
  offset?: number;
  /** Pixel noise: Noise on every pixel, all splits. 1: as white. 0 to 1. */
  pixelnoise?: number;
  /** Colour-texture correlation: Shapes in the colour and texture of their class. 0 to 1. */
  correlation?: number;
  /** Shape colour: How colourful shapes are. 0: grey. 0 to 1. */
  colour?: number;
  /** Shape texture: Share of shapes with stripes, dots or checks. 0 to 1. */
  texture?: number;
  /** Occlusion: Share of images with a bar over the shape. 0 to 1. */
  occlusion?: number;
  /** Shape shift: How far shapes lie from the middle, at most. 0 to 0.5. */
  shapeshift?: number;
  /** Shape rotation: How far shapes are turned, at most, in degrees. 0 to 180. */
  shapeturn?: number;
  /** Smallest shape: Smallest radius, as a share of the side. 0.05 to 0.5. */
  smallest?: number;
  /** Largest shape: Largest radius, as a share of the side. 0.05 to 0.5. */
  largest?: number;
  /** Shape grain: Deviation of the noise of a shape's pixels. 0 to 1. */
  grain?: number;
  /** Flip: Chance to mirror an image left to right. 0 to 1. */
  flip?: number;
  /** Vertical flip: Chance to mirror an image top to bottom. 0 to 1. */
  vflip?: number;
  /** Shift: Farthest move in each direction / side. 0 to 1. */
  shift?: number;
  /** Rotate: Largest turn to either side, in degrees. 0 to 180. */
  rotate?: number;
  /** Scale: 0.1: a tenth larger or smaller at most. 0 to 0.9. */
  scale?: number;
  /** Crop and resize: Smallest share of the area kept. 1: all. 0.05 to 1. */
  crop?: number;
  /** Brightness: Largest change; 1 is black to white. 0 to 1. */
  brightness?: number;
  /** Contrast: 0.2: a fifth stronger or weaker at most. 0 to 1. */
  contrast?: number;
  /** Cutout: Blacks out a square: its side / the image's. 0 to 1. */
  cutout?: number;
  /** Test-time views: Answers averaged per image in a test. 1: one. 1 to 11. */
  tta?: number;
  /** Network: The layers in front of the classifier. */
  net?: "conv16-pool-conv32-pool" | "lenet" | "vgg" | "vgg-deep" | "resnet-8" | "resnet-14" | "resnet-20" | "resnet-32" | "resnet-44" | "plain-8" | "plain-14" | "plain-20" | "plain-32" | "plain-44" | "plain" | "one-7x7" | "three-3x3" | "mlp" | (string & {});
  /** Initialization: How large the weights are before step 1. */
  init?: "kaiming" | "kaiming-uniform" | "xavier" | "xavier-uniform" | "pytorch" | "normal" | "uniform" | "constant" | "zeros";
  /** Deviation: Too small: signals fade. Too large: they burst. 0.000001 to 100. */
  std?: number;
  /** Bound: Weights start between minus this and this. 0.000001 to 100. */
  bound?: number;
  /** Constant: What every weight starts as: no two differ. -100 to 100. */
  constant?: number;
  /** Fan: What keeps its spread: outputs or gradients. */
  fan?: "in" | "out";
  /** Gain: Factor of the rule. 0: by the activation. 0 to 100. */
  gain?: number;
  /** Classifier gain: Gain of the last layer. Small: it guesses first. 0 to 100. */
  head?: number;
  /** Normalization: Each channel to mean 0, deviation 1. */
  norm?: "batch" | "none" | "layer" | "layer-element" | "instance" | "group";
  /** Groups: Channels that share one mean: all / groups. 1 to 512. */
  groups?: number;
  /** Blocks start: Whether a block starts as its shortcut alone. */
  blocks?: "one" | "zero";
  /** Activation: What bends the line between two layers. */
  act?: "relu" | "leaky" | "gelu" | "gelu-tanh" | "silu" | "tanh" | "sigmoid";
  /** Optimizer: How a gradient becomes a step. */
  opt?: "sgd" | "nesterov" | "rmsprop" | "adam" | "adamw";
  /** Learning rate: Too high: loss jumps. Too low: it crawls. 0.000001 to 1000000. */
  lr?: number;
  /** Schedule: How the learning rate changes by itself. */
  schedule?: "constant" | "step" | "exponential" | "cosine" | "warmup" | "one-cycle";
  /** Momentum: How much of the last step goes on. 0: none. 0 to 0.999. */
  momentum?: number;
  /** Gradient clipping: Longest gradient that is taken as it is. 0: any. 0 to 1000000. */
  clip?: number;
  /** Batch size: Images per step. Small: noisy gradient. 1 to 1024. */
  batch?: number;
  /** Dropout p: Share of units silenced before the classifier. 0 to 1. */
  p?: number;
  /** Weight decay: Pulls every weight towards 0 at each step. 0 to 1. */
  wd?: number;
  /** L1 penalty: Pulls every weight to 0 with the same force. 0 to 1. */
  l1?: number;
  /** Label smoothing: Share of the answer spread over all classes. 0 to 1. */
  smooth?: number;
  /** Steps: Where the run ends. 1 to 1000000. */
  steps?: number;
  /** Seed: Same seed, same run, to the last bit. 0 to 4294967295. */
  seed?: number;
}

/** The settings that act at the next step of a running session. */
export interface Live {
  flip?: number;
  vflip?: number;
  shift?: number;
  rotate?: number;
  scale?: number;
  crop?: number;
  brightness?: number;
  contrast?: number;
  cutout?: number;
  lr?: number;
  momentum?: number;
  clip?: number;
  p?: number;
  wd?: number;
  l1?: number;
  smooth?: number;
}
