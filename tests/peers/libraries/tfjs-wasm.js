// The backend has no gradient of a convolution's filter, so nothing convolutional trains on it as it is.
// Here that kernel is put together from the backend's own operations: what it could do, not what users get.
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import plain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threaded from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import { tfjs } from "./tfjs";

function filterGradient(tf, { x, dy }, { strides, filterShape }) {
  const [kh, kw, ci, co] = filterShape;
  const [n, h, w] = x.shape;
  const [, oh, ow] = dy.shape;
  const stride = Array.isArray(strides) ? strides[0] : strides;
  const around = (size, kernel, out) => {
    const missing = Math.max((out - 1) * stride + kernel - size, 0);
    return [Math.floor(missing / 2), Math.ceil(missing / 2)];
  };
  const padded = tf.pad(x, [[0, 0], around(h, kh, oh), around(w, kw, ow), [0, 0]]);
  const gradients = tf.reshape(dy, [-1, co]);
  const taps = [];
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) {
      const end = [n, i + (oh - 1) * stride + 1, j + (ow - 1) * stride + 1, ci];
      const seen = tf.stridedSlice(padded, [0, i, j, 0], end, [1, stride, stride, 1]);
      taps.push(tf.matMul(tf.reshape(seen, [-1, ci]), gradients, true, false));
    }
  }
  return tf.reshape(tf.concat(taps, 0), filterShape);
}

export default tfjs("wasm", (tf) => {
  setWasmPaths({
    "tfjs-backend-wasm.wasm": plain,
    "tfjs-backend-wasm-simd.wasm": simd,
    "tfjs-backend-wasm-threaded-simd.wasm": threaded,
  });
  tf.registerKernel({
    kernelName: "Conv2DBackpropFilter",
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs }) => {
      const tensor = (info) => tf.engine().makeTensorFromTensorInfo(info);
      return filterGradient(tf, { x: tensor(inputs.x), dy: tensor(inputs.dy) }, attrs);
    },
  });
});
