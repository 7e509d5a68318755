// Burn on its processor backend, compiled to WebAssembly elsewhere: see `cargo xtask bench --peers --peer-dir`.
import { makeData } from "../../../www/src/bench/data";

const KINDS = { lenet: 0, vgg: 1, resnet8: 2 };

let peer, last;

export default {
  async init(net, batch) {
    const address = "/burn/burn_peer.js";
    const { default: start, create } = await import(/* @vite-ignore */ address);
    await start({ module_or_path: "/burn/burn_peer_bg.wasm" });
    const { images, labels, shape } = makeData(net, batch);
    peer = await create(KINDS[net], batch, shape[0], shape[1], images, Int32Array.from(labels));
  },
  async step(n) {
    last = await peer.step(n);
  },
  loss: async () => last,
};
