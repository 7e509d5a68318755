// The batch of `makeData` as other libraries want it.

/** Images `[N, C, H, W]` as `[N, H, W, C]`. */
export function channelsLast({ images, shape: [c, h, w] }) {
  const turned = new Float32Array(images.length);
  const pixels = h * w;
  for (let at = 0; at < images.length; at++) {
    const [n, k, i] = [Math.floor(at / (c * pixels)), Math.floor(at / pixels) % c, at % pixels];
    turned[(n * pixels + i) * c + k] = images[at];
  }
  return turned;
}

/** Labels as rows of `classes` numbers, one of them 1. */
export function oneHot({ labels, classes }) {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, n) => {
    rows[n * classes + label] = 1;
  });
  return rows;
}
