/** Where the number of largest size stands. */
export function loudest(data: Float32Array): number {
  let best = 0;
  for (let i = 1; i < data.length; i++) {
    if (Math.abs(data[i] ?? 0) > Math.abs(data[best] ?? 0)) best = i;
  }
  return best;
}
