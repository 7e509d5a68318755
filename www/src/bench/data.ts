/** The batch that every measured library trains on: the same generator, seed, rate and momentum. */

export const NETS = {
  lenet: { h: 28, w: 28, c: 1 },
  vgg: { h: 32, w: 32, c: 3 },
  resnet8: { h: 32, w: 32, c: 3 },
} as const;

export type Net = keyof typeof NETS;

export const RATE = 0.01;
export const MOMENTUM = 0.9;
const SEED = 1234;

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Images in [-1, 1), drawn as [N, H, W, C] and handed over as [N, C, H, W]; labels 0 to 9. */
export function makeData(net: Net, batch: number) {
  const { h, w, c } = NETS[net];
  const random = generator(SEED);
  const images = new Float32Array(batch * c * h * w);
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < h * w; i++) {
      for (let k = 0; k < c; k++) images[(n * c + k) * h * w + i] = random() * 2 - 1;
    }
  }
  const labels = Uint8Array.from({ length: batch }, () => Math.floor(random() * 10));
  return { images, labels, shape: [c, h, w] as [number, number, number], classes: 10 };
}
