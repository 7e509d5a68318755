/** The share of its weights by which a healthy layer moves in a step: below it crawls, above it jumps. */
export const HEALTHY: [number, number] = [3e-4, 3e-3];
