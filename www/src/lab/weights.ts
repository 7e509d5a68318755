/** The weights of the current run as a file of safetensors, as PyTorch and the command line read it. */

import { messageOf } from "../errors";
import type { Lab } from "../lab";
import { save } from "../save";
import { text } from "../text";

export async function saveWeights({ run, runs }: Lab): Promise<void> {
  if (!run) return;
  const bytes = await run.session.weights();
  save(`${runs.current?.name ?? "convlab"}.safetensors`, new Blob([bytes as BlobPart]));
}

/** A new run of the same experiment that begins with the weights of a file; where they do not fit, it begins with its own. */
export async function beginWith(lab: Lab, file: File): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  await lab.restart.asNew();
  await lab.run?.pause();
  try {
    await lab.run?.load(bytes);
    lab.notes.add({
      id: "weights",
      kind: "info",
      title: text.runs.begins(file.name),
      message: text.runs.notInLink,
    });
  } catch (error) {
    lab.notes.add({
      id: "weights",
      kind: "bad",
      title: text.runs.unfit(file.name),
      message: messageOf(error),
    });
  }
  lab.changed("state", "figures");
}
