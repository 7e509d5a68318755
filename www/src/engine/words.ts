/** What the engine's scripts say to a reader: they also go into the package, which has no catalogue. */

export const notLoaded = (status: number) =>
  `The images could not be loaded (${status}). Reload to try again.`;
export const missing = "A part of the engine could not be loaded: look after the connection and try again.";
export const freed = "This session was freed.";
export const notOpen = "The session is not open yet.";
export const advancing = "This session is advancing already.";
export const cancelled = "The procedure was cancelled.";
export const readingCancelled = "Reading was cancelled.";
export const tooLarge = (file: string) =>
  `With ${file} the files come to more than 256 MB, which is the limit.`;
export const unreadable = (file: string) =>
  `${file} cannot be read: it was changed or removed, or is a folder.`;
export const undecoded = (file: string) =>
  `${file} cannot be decoded: it is damaged, or of a kind that this browser does not know.`;
export const noDecoder = "This browser does not decode pictures in a worker.";
export const silent = "The worker did not start.";
export const notFetched = "The worker could not be loaded.";
export const notStarted = (why: string) => `The engine's worker could not be started here: ${why}`;
export const fell = "The worker could not go on.";
export const fellAgain = (why: string) => `The engine stopped again and again: ${why}`;
export const diverged = (step: number) => `diverged at step ${step}`;
