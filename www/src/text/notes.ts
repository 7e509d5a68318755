/** What may go wrong, and the files of the user. */

import { count, plain } from "../format";
import { plural, sentence } from "./words";

export const notes = {
  notes: { close: "Close" },
  files: {
    open: "Open files",
    help: "MNIST and CIFAR-10 files, NumPy arrays, zips. They are read here and sent nowhere.",
    folder: "Open a folder",
    folderHelp: "Pictures in folders: each folder's name is a class. They are read here and sent nowhere.",
    reading: (files: number) => `Reading ${plural(files, "file", "files")}`,
    progress: (done: number, total: number) => `${count(done)} of ${count(total)} pictures`,
    cancel: "Cancel",
    failed: "These files cannot be used",
    notes: "About these images",
  },
  compiling: {
    title: "Preparing the graphics device",
    progress: (done: number, total: number) =>
      `${done} of ${total} kernels of this network are compiled. It is done once for each size.`,
  },
  problem: {
    link: (n: number) =>
      n === 1 ? "One word of this link could not be used" : `${n} words of this link could not be used`,
    setting: (n: number) =>
      n === 1 ? "One setting cannot be used as it is" : `${n} settings cannot be used as they are`,
  },
  failed: {
    title: "The engine did not start",
    network: "Its files could not be loaded. Check the connection, then try again.",
    again: "Try again",
  },
  worker: {
    recovered: "The engine was started again",
    goesOn: (step: number, why: string) => `${sentence(why)} The run goes on from step ${count(step)}.`,
    stopped: "Training stopped",
  },
  device: {
    stopped: "The graphics device failed",
    safe: (step: number, why: string) => `${sentence(why)} The run is safe up to step ${count(step)}.`,
    again: "Continue",
    cpu: "Continue on the CPU",
    recovered: "The graphics device was started again",
    onCpu: "Training goes on on the CPU",
  },
  diverged: {
    title: (step: number) => `Diverged at step ${count(step)}`,
    message: (step: number) =>
      step > 1
        ? `The weights grew without limit. Up to step ${count(step - 1)} everything is kept.`
        : "The first weights are so large that the loss is no usable number before anything is learned.",
    /** Reset would make every change again, at its step; the loss of step 1 is older than any update. */
    blocked: (step: number) =>
      `Diverged at step ${count(step)}: restart with ${step > 1 ? "a lower rate" : "smaller first weights"}.`,
    usual: "Again with the usual first weights",
    again: (lr: number) => `Again with lr ${plain(lr)}`,
  },
};
