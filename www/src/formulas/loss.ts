/** Softmax and cross-entropy of one image. */

import type { Computed } from "../engine/proof";
import { text } from "../text";
import { inside, print, type Sheet } from "./sheet";

export function loss(computed: Computed, label: number, name: string, smoothing: number): Sheet {
  const z = [...(computed.reads[0]?.data ?? [])];
  const top = Math.max(...z);
  const exponentials = z.map((value) => Math.exp(value - top));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  const p = (exponentials[label] ?? 0) / total;
  const mean = z.reduce((sum, value) => sum + value, 0) / z.length;
  const plain = -Math.log(p);
  const spread = top + Math.log(total) - mean;
  const exp = (value: number) => `exp(${print(value - top)})`;
  const result = (1 - smoothing) * plain + smoothing * spread;
  return {
    rule: smoothing > 0 ? "loss = −(1 − s) · ln p − s · mean(ln pⱼ)" : "loss = −ln p, p = exp(z) / Σ exp(zⱼ)",
    where: text.formula.loss(name, print(top)),
    lines: [
      { name: "Σ exp(zⱼ)", numbers: z.map(exp).join(" + "), result: total },
      { name: "p", numbers: `${exp(z[label] ?? 0)} / ${print(total)}`, result: p },
      { name: "−ln p", numbers: `0 − ln(${print(p)})`, result: plain },
      ...(smoothing > 0
        ? [
            {
              name: "loss",
              numbers: `(1 − ${print(smoothing)}) · ${inside(plain)} + ${print(smoothing)} · ${inside(spread)}`,
              result,
            },
          ]
        : []),
    ],
    // Rows hold the loss and whether it is right.
    engine: computed.writes[1]?.data[0] ?? 0,
  };
}
