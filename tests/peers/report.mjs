// What is printed about peers.

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

const short = (x) => x.toLocaleString("en", { maximumSignificantDigits: x < 100 ? 2 : 5, useGrouping: true });

/** How it began: one line. */
export function row({ name, error, firstMs, firstLoss, kilobytes, perStep }) {
  if (error) return `  ${name.padEnd(16)} ${error}`;
  const page =
    firstMs === undefined
      ? ""
      : `${firstMs.toFixed(0).padStart(7)} ms ${kilobytes.toFixed(0).padStart(6)} kB gz  `;
  const gpu = perStep?.dispatches > 0 && Object.entries(perStep).map(([what, n]) => `${n} ${what}`);
  return `  ${name.padEnd(16)} ${page}loss ${firstLoss.toFixed(3)}${gpu ? `  ${gpu.join(", ")}` : ""}`;
}

/** How many times faster Convlab's windows are than those of the same rounds; the median. */
function ratio(ours, theirs) {
  if (!ours || ours.name === theirs.name) return "";
  const rounds = Math.min(ours.windows.length, theirs.windows.length);
  const pairs = Array.from({ length: rounds }, (_, i) => ours.windows[i] / theirs.windows[i]);
  return pairs.length > 0 ? `${short(median(pairs))}×` : "";
}

/** Markdown: samples per second, and how many times faster each backend of Convlab is. */
export function table(net, peers) {
  const ours = ["convlab-cpu", "convlab-webgpu"].map((name) => peers.find((peer) => peer.name === name));
  const shown = ours.filter((peer) => peer?.windows.length > 0);
  const cells = (peer) => {
    if (peer.error) return `${peer.error} | | ${shown.map(() => "").join(" | ")}`;
    const [low, high] = [Math.min(...peer.windows), Math.max(...peer.windows)].map(short);
    const range = peer.windows.length > 1 ? `${low} to ${high}` : "one step";
    return [short(median(peer.windows)), range, ...shown.map((our) => ratio(our, peer))].join(" | ");
  };
  const head = [net, "samples/s", "range", ...shown.map(({ name }) => `${name} is`)];
  const lines = peers.map((peer) => `| ${peer.name} | ${cells(peer)} |`);
  return [`| ${head.join(" | ")} |`, `|${head.map(() => "---").join("|")}|`, ...lines].join("\n");
}
