/**
 * Starts the worker wherever the page may be: from its file where the origins agree, from a blob
 * that imports it where the script comes from elsewhere, from a data URL in a sandboxed frame.
 */

import * as words from "./words";
import workerUrl from "./worker.ts?worker&url";

const HELLO_MS = 10_000;

/** Resolves when the worker has loaded its script. */
function hello(worker: Worker): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(words.silent)), HELLO_MS);
    worker.onmessage = () => {
      clearTimeout(timer);
      resolve(worker);
    };
    worker.onerror = (event) => {
      clearTimeout(timer);
      worker.terminate();
      reject(new Error(event.message || words.notFetched));
    };
  });
}

export async function startWorker(): Promise<Worker> {
  const url = new URL(workerUrl, import.meta.url).href;
  const source = `import ${JSON.stringify(url)};`;
  const blob = () => URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const ways = [() => url, blob, () => `data:text/javascript,${encodeURIComponent(source)}`];
  let failure: unknown;
  for (const way of ways) {
    try {
      return await hello(new Worker(way(), { type: "module" }));
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(words.notStarted((failure as Error).message));
}
