/**
 * Every device of this worker has subgroups, where its adapter offers them: the engine's own way to WebGPU, wgpu 30,
 * does not know that browsers do, so nobody else can ask. A page's own thread is its owner's and stays as it is.
 */
export function askForSubgroups(): void {
  const adapter = globalThis.GPUAdapter?.prototype;
  const request = adapter?.requestDevice;
  if (!request) return;
  adapter.requestDevice = function (wanted) {
    const subgroups: GPUFeatureName[] = this.features.has("subgroups") ? ["subgroups"] : [];
    return request.call(this, {
      ...wanted,
      requiredFeatures: [...(wanted?.requiredFeatures ?? []), ...subgroups],
    });
  };
}
