/** Weights and checkpoints of the current run as files of safetensors, as PyTorch and the command line read them. */

import { messageOf } from "../errors";
import type { Lab } from "../lab";
import { save } from "../save";
import { text } from "../text";

export async function saveWeights({ run, runs }: Lab): Promise<void> {
  if (!run) return;
  const bytes = await run.session.weights();
  save(`${runs.current?.name ?? "convlab"}.safetensors`, new Blob([bytes as BlobPart]));
}

/** The whole state of the run, optimizer included. */
export async function saveCheckpoint({ run, runs }: Lab): Promise<void> {
  if (!run) return;
  const bytes = await run.exclusive(() => run.session.snapshot());
  const name = `${runs.current?.name ?? "convlab"}, ${text.runs.step(run.step)}`;
  save(`${name}.safetensors`, new Blob([bytes as BlobPart]));
}

/** Opens the experiment of a checkpoint and goes on from its step; a file that is none leaves everything as it is. */
export async function goOnFrom(lab: Lab, file: File): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const link = linkIn(bytes);
  try {
    if (link === undefined) throw new Error(text.runs.noCheckpoint);
    await lab.open(lab.withPage(link));
    await lab.restart.applying;
    await lab.run?.restore(bytes);
    if (lab.run && lab.runs.current) lab.runs.current.trace = lab.run.trace;
    await lab.writeLink();
    lab.notes.say(text.runs.goesOn(lab.run?.step ?? 0));
  } catch (error) {
    lab.notes.add({
      id: "weights",
      kind: "bad",
      title: text.runs.unread(file.name),
      message: messageOf(error),
    });
  }
  lab.changed("state", "recipe", "figures");
}

/** The experiment that a file of safetensors says it is of: its head is JSON behind eight bytes of length. */
function linkIn(bytes: Uint8Array): string | undefined {
  try {
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    const link: unknown = head.__metadata__?.link;
    return typeof link === "string" ? link : undefined;
  } catch {
    return undefined;
  }
}

/** A new run of the same experiment that begins with the weights of a file; where they do not fit, it begins with its own. */
export async function beginWith(lab: Lab, file: File): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  await lab.restart.with({});
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
