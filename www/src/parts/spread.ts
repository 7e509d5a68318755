/** Labels beside the ends of curves. */

const LABEL_GAP = 12.5;

/** Keeps labels one line apart and inside the plot. */
export function spread(labels: { y: number }[], top: number, bottom: number): void {
  labels.sort((a, b) => a.y - b.y);
  for (let round = 0; round < 40; round++) {
    for (let i = 1; i < labels.length; i++) {
      const [above, below] = [labels[i - 1], labels[i]];
      if (!above || !below) continue;
      const overlap = LABEL_GAP - (below.y - above.y);
      if (overlap <= 0) continue;
      above.y -= overlap / 2;
      below.y += overlap / 2;
    }
  }
  let room = bottom;
  for (const label of labels.toReversed()) {
    label.y = Math.min(label.y, room);
    room = label.y - LABEL_GAP;
  }
  room = top;
  for (const label of labels) {
    label.y = Math.max(label.y, room);
    room = label.y + LABEL_GAP;
  }
}
