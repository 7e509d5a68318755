// GPUs that fail: what a page's worker finds in place of the browser's own.

/** Runs `prelude` in every worker of the page before its script; it may use nothing from outside. */
export function inWorkers(context, prelude) {
  return context.addInitScript((source) => {
    globalThis.Worker = class extends Worker {
      constructor(url, options) {
        const script = `(${source})(); import(${JSON.stringify(String(url))});`;
        super(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), options);
      }
    };
  }, String(prelude));
}

/** Evaluates in the page's engine. */
export const inEngine = (page, what, argument) => page.workers().at(-1).evaluate(what, argument);

/** Keeps the devices where a test finds them; `device.lose()` says what a driver's update would. */
export function kept() {
  globalThis.devices = [];
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...words) {
    const device = await requestDevice.apply(this, words);
    const { lost } = device;
    const told = new Promise((resolve) => {
      device.lose = () => resolve({ reason: "unknown", message: "The driver was updated." });
    });
    Object.defineProperty(device, "lost", { value: Promise.race([lost, told]) });
    devices.push(device);
    return device;
  };
}

/** Notes whether the adapter has subgroups, and whether a shader used them. */
export function watched() {
  globalThis.subgroups = { offered: false, used: false };
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = function (...words) {
    subgroups.offered ||= this.features.has("subgroups");
    return requestDevice.apply(this, words);
  };
  const { createShaderModule } = GPUDevice.prototype;
  GPUDevice.prototype.createShaderModule = function (module) {
    subgroups.used ||= module.code.includes("subgroupShuffleDown");
    return createShaderModule.call(this, module);
  };
}

/** Devices with subgroups, as those of the engine's worker: in a page nobody asks for them. */
export function withSubgroups() {
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = function (wanted) {
    const subgroups = this.features.has("subgroups") ? ["subgroups"] : [];
    const requiredFeatures = [...(wanted?.requiredFeatures ?? []), ...subgroups];
    return requestDevice.call(this, { ...wanted, requiredFeatures });
  };
}

/** An adapter that claims to be hardware, and whose devices are lost before anybody has them. */
export function stillborn() {
  const info = { vendor: "acme", architecture: "one", device: "", description: "", isFallbackAdapter: false };
  Object.defineProperty(GPUAdapter.prototype, "info", { get: () => info });
  Object.defineProperty(GPUDevice.prototype, "adapterInfo", { get: () => info });
  const { requestDevice } = GPUAdapter.prototype;
  globalThis.asked = 0;
  GPUAdapter.prototype.requestDevice = async function (...words) {
    globalThis.asked += 1;
    const device = await requestDevice.apply(this, words);
    device.destroy();
    await device.lost;
    return device;
  };
}

/** A browser from before WebGPU. */
export function old() {
  Object.defineProperty(WorkerNavigator.prototype, "gpu", { get: () => undefined });
}

/** An adapter whose first device is lost and whose second works. */
export function secondTry() {
  const { requestDevice } = GPUAdapter.prototype;
  globalThis.asked = 0;
  GPUAdapter.prototype.requestDevice = async function (...words) {
    globalThis.asked += 1;
    const device = await requestDevice.apply(this, words);
    if (globalThis.asked === 1) device.destroy();
    return device;
  };
}

/** An adapter that claims to be hardware and gives no device at all. */
export function refusing() {
  const info = { vendor: "acme", architecture: "one", device: "", description: "", isFallbackAdapter: false };
  Object.defineProperty(GPUAdapter.prototype, "info", { get: () => info });
  GPUAdapter.prototype.requestDevice = () =>
    Promise.reject(new DOMException("The limits are too high.", "OperationError"));
}

/** Devices that run out of memory as soon as `globalThis.full` is set. */
export function full() {
  const scopes = [];
  const { pushErrorScope, popErrorScope } = GPUDevice.prototype;
  GPUDevice.prototype.pushErrorScope = function (filter) {
    scopes.push(filter);
    return pushErrorScope.call(this, filter);
  };
  GPUDevice.prototype.popErrorScope = async function () {
    const filter = scopes.pop();
    const found = popErrorScope.call(this);
    const { full } = globalThis;
    const error = await found;
    return filter === "out-of-memory" && full ? new GPUOutOfMemoryError("no room") : error;
  };
}

/** Devices that take their time for every kernel. */
export function slow() {
  const { popErrorScope } = GPUDevice.prototype;
  GPUDevice.prototype.popErrorScope = async function () {
    const found = await popErrorScope.call(this);
    await new Promise((done) => setTimeout(done, 100));
    return found;
  };
}
