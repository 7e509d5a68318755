/** Reads files of the user in the worker: the engine unpacks them, the browser decodes the pictures. */

import type { Engine, Reading } from "../wasm/convlab.js";
import type { OwnData, OwnFiles } from "./types";
import * as words from "./words";

/** Most bytes that are read; the engine has the same limit for what comes out of them. */
const MOST_BYTES = 256 * 2 ** 20;
/** Progress is told once in so many pictures. */
const TELL_EVERY = 50;

export interface Watch {
  cancelled(): boolean;
  progress(done: number, total: number): void;
}

export const areFiles = (data: OwnData | OwnFiles | undefined): data is OwnFiles =>
  data !== undefined && "files" in data;

export async function readFiles(
  engine: Engine,
  link: string,
  { files }: OwnFiles,
  watch: Watch,
): Promise<Reading> {
  const names: string[] = [];
  const contents: Uint8Array[] = [];
  let total = 0;
  for (const file of files) {
    const blob = "bytes" in file && !(file instanceof Blob) ? file.bytes : (file as File);
    total += blob instanceof Uint8Array ? blob.length : blob.size;
    if (total > MOST_BYTES) throw new Error(words.tooLarge(file.name));
    stop(watch);
    names.push((file as File).webkitRelativePath || file.name);
    contents.push(blob instanceof Uint8Array ? blob : await bytesOf(file.name, blob));
  }
  const reading = engine.read(link, names, contents);
  try {
    await decode(reading, watch);
    return reading;
  } catch (error) {
    reading.free();
    throw error;
  }
}

async function bytesOf(name: string, blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    throw new Error(words.unreadable(name));
  }
}

async function decode(reading: Reading, watch: Watch): Promise<void> {
  const count = reading.pictures();
  for (let number = 0; number < count; number++) {
    stop(watch);
    const { width, height, data } = await pixelsOf(
      reading.name(number),
      reading.packed(number) as Uint8Array<ArrayBuffer>,
    );
    reading.add(number, width, height, new Uint8Array(data.buffer));
    if ((number + 1) % TELL_EVERY === 0 || number + 1 === count) watch.progress(number + 1, count);
  }
}

async function pixelsOf(name: string, packed: Uint8Array<ArrayBuffer>): Promise<ImageData> {
  const options: ImageBitmapOptions = { premultiplyAlpha: "none", colorSpaceConversion: "none" };
  const bitmap = await createImageBitmap(new Blob([packed]), options).catch(() => undefined);
  if (!bitmap) throw new Error(words.undecoded(name));
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error(words.noDecoder);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

function stop(watch: Watch): void {
  if (watch.cancelled()) throw new DOMException(words.readingCancelled, "AbortError");
}
