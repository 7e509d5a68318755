/** Prepares a drawing as the data set's digits were: cropped, scaled into 20 × 20, centred by mass in 28 × 28. */

const SIDE = 28;
const BOX = 20;

/** `ink` holds `side × side` values 0 to 255; the answer is `[target, target]` bytes, or null where nothing is drawn. */
export function prepare(ink: Uint8ClampedArray, side: number, target = SIDE): Uint8Array | null {
  const box = bounds(ink, side);
  if (!box) return null;
  const scale = BOX / Math.max(box.width, box.height);
  const small = shrink(ink, side, box, scale);
  const { x, y } = centre(small);
  const moved = new Float32Array(SIDE * SIDE);
  const [dx, dy] = [Math.round(SIDE / 2 - x), Math.round(SIDE / 2 - y)];
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const [from, to] = [column - dx, row - dy];
      if (from < 0 || to < 0 || from >= SIDE || to >= SIDE) continue;
      moved[row * SIDE + column] = small[to * SIDE + from] ?? 0;
    }
  }
  return resample(moved, target);
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

function bounds(ink: Uint8ClampedArray, side: number): Box | null {
  let [left, top, right, bottom] = [side, side, -1, -1];
  for (let i = 0; i < ink.length; i++) {
    if ((ink[i] ?? 0) < 32) continue;
    const [x, y] = [i % side, Math.floor(i / side)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Area average of the box into the upper left of 28 × 28, keeping its proportions. */
function shrink(ink: Uint8ClampedArray, side: number, box: Box, scale: number): Float32Array {
  const out = new Float32Array(SIDE * SIDE);
  const [width, height] = [Math.ceil(box.width * scale), Math.ceil(box.height * scale)];
  for (let row = 0; row < Math.min(SIDE, height); row++) {
    for (let column = 0; column < Math.min(SIDE, width); column++) {
      const x0 = Math.floor(box.left + column / scale);
      const x1 = Math.max(x0 + 1, Math.min(box.left + box.width, box.left + (column + 1) / scale));
      const y0 = Math.floor(box.top + row / scale);
      const y1 = Math.max(y0 + 1, Math.min(box.top + box.height, box.top + (row + 1) / scale));
      let [sum, seen] = [0, 0];
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) {
          sum += ink[y * side + x] ?? 0;
          seen++;
        }
      }
      out[row * SIDE + column] = seen > 0 ? sum / seen : 0;
    }
  }
  return out;
}

function centre(image: Float32Array): { x: number; y: number } {
  let [mass, x, y] = [0, 0, 0];
  image.forEach((value, i) => {
    mass += value;
    x += value * ((i % SIDE) + 0.5);
    y += value * (Math.floor(i / SIDE) + 0.5);
  });
  return mass > 0 ? { x: x / mass, y: y / mass } : { x: SIDE / 2, y: SIDE / 2 };
}

/** Area average to the side the network takes. */
function resample(image: Float32Array, target: number): Uint8Array {
  const out = new Uint8Array(target * target);
  const ratio = SIDE / target;
  for (let row = 0; row < target; row++) {
    for (let column = 0; column < target; column++) {
      let [sum, seen] = [0, 0];
      for (let y = Math.floor(row * ratio); y < Math.max((row + 1) * ratio, row * ratio + 1); y++) {
        for (
          let x = Math.floor(column * ratio);
          x < Math.max((column + 1) * ratio, column * ratio + 1);
          x++
        ) {
          sum += image[y * SIDE + x] ?? 0;
          seen++;
        }
      }
      out[row * target + column] = Math.round(seen > 0 ? sum / seen : 0);
    }
  }
  return out;
}
