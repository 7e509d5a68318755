/**
 * The engine's module comes in two parts: what a first step on the CPU needs, and the rest behind it.
 * Where the first part reaches a function of the rest too early, it calls `rest` and waits.
 */

import { begin, imports } from "../wasm/convlab.js";
import firstUrl from "../wasm/convlab_bg.wasm?url";
import restUrl from "../wasm/convlab_rest.wasm?url";
import * as words from "./words";

async function compile(url: string, priority: RequestPriority): Promise<WebAssembly.Module> {
  const response = await fetch(new URL(url, import.meta.url), { priority });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  // A server that does not know .wasm sends it as something else, which cannot be compiled as it comes.
  if (response.headers.get("Content-Type") === "application/wasm")
    return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

export class Parts {
  readonly first: Promise<WebAssembly.Exports>;
  private readonly imports: WebAssembly.Imports = { ...imports(), parts: { rest: () => this.fetchNow() } };
  /** Whether every function is there. */
  arrived = false;
  private loading?: Promise<void>;

  constructor() {
    this.first = this.start();
  }

  /** Resolves when every function is there; a failure is one sentence, and the next call tries again. */
  whole(): Promise<void> {
    this.loading ??= this.load().catch(() => {
      this.loading = undefined;
      throw new Error(words.missing);
    });
    return this.loading;
  }

  private async start(): Promise<WebAssembly.Exports> {
    const module = await compile(firstUrl, "high");
    const instance = await WebAssembly.instantiate(module, this.imports);
    begin(instance, module);
    this.imports.first = instance.exports as WebAssembly.ModuleImports;
    return instance.exports;
  }

  private async load(): Promise<void> {
    const [module] = await Promise.all([compile(restUrl, "low"), this.first]);
    await WebAssembly.instantiate(module, this.imports);
    this.filled();
  }

  /** Only a worker may wait so. What is half done when this fails is lost, as after a panic. */
  private fetchNow(): void {
    try {
      const request = new XMLHttpRequest();
      request.open("GET", new URL(restUrl, import.meta.url), false);
      request.responseType = "arraybuffer";
      request.send();
      new WebAssembly.Instance(new WebAssembly.Module(request.response), this.imports);
    } catch {
      throw new WebAssembly.RuntimeError(words.missing);
    }
    this.filled();
  }

  private filled(): void {
    (this.imports.first?.ready as WebAssembly.Global).value = 1;
    this.loading = Promise.resolve();
    this.arrived = true;
  }
}
