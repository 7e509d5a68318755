/** The end marks of the six runs: colour and shape both name a run. */

const SHAPES: Record<number, (r: number) => string> = {
  1: (r) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  2: (r) => `M${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
  3: (r) => `M0 ${-r - 0.6}L${r + 0.6} ${r}H${-r - 0.6}z`,
  4: (r) => `M0 ${-r - 0.8}L${r + 0.8} 0L0 ${r + 0.8}L${-r - 0.8} 0z`,
  5: (r) =>
    `M${-r} ${-r / 3}H${-r / 3}V${-r}H${r / 3}V${-r / 3}H${r}V${r / 3}H${r / 3}V${r}H${-r / 3}V${r / 3}H${-r}z`,
  6: (r) =>
    `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0zM${-r / 2} 0a${r / 2} ${r / 2} 0 1 1 ${r} 0a${r / 2} ${r / 2} 0 1 1 ${-r} 0z`,
};

/** An SVG path around the origin. */
export const markerPath = (colour: number, r = 3.6) => (SHAPES[colour] ?? SHAPES[1])?.(r) ?? "";
