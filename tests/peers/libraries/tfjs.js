// TensorFlow.js on one of its backends.
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { MOMENTUM, makeData, NETS, RATE } from "../../../www/src/bench/data";
import { channelsLast, oneHot } from "./arrange";

const { layers } = tfl;

function conv(filters, kernelSize = 3, strides = 1, options = {}) {
  return layers.conv2d({
    filters,
    kernelSize,
    strides,
    padding: "same",
    kernelInitializer: "heNormal",
    ...options,
  });
}

const normed = (x, ...words) =>
  layers.batchNormalization().apply(conv(...words, { useBias: false }).apply(x));
const rectified = (x) => layers.reLU().apply(x);
const halved = (x) => layers.maxPooling2d({ poolSize: 2 }).apply(x);
const averaged = (x) => layers.globalAveragePooling2d({ dataFormat: "channelsLast" }).apply(x);

function block(x, filters, stride) {
  const inner = rectified(normed(x, filters, 3, stride));
  const shortcut = stride === 1 ? x : normed(x, filters, 1, stride);
  return rectified(layers.add().apply([normed(inner, filters, 3, 1), shortcut]));
}

const BODIES = {
  lenet(x) {
    const one = halved(conv(8, 3, 1, { activation: "relu" }).apply(x));
    return layers.flatten().apply(halved(conv(16, 3, 1, { activation: "relu" }).apply(one)));
  },
  vgg(x) {
    const stage = (x, filters) =>
      halved(rectified(normed(rectified(normed(x, filters, 3, 1)), filters, 3, 1)));
    const last = rectified(normed(stage(stage(x, 16), 32), 64, 3, 1));
    return layers.dropout({ rate: 0.25 }).apply(averaged(last));
  },
  resnet8(x) {
    const stem = rectified(normed(x, 16, 3, 1));
    return averaged(block(block(block(stem, 16, 1), 32, 2), 64, 2));
  },
};

function network(net) {
  const { h, w, c } = NETS[net];
  const inputs = tfl.input({ shape: [h, w, c] });
  const outputs = layers.dense({ units: 10 }).apply(BODIES[net](inputs));
  return tfl.model({ inputs, outputs });
}

/** `before` is called first; it may register kernels or say where files are. */
export function tfjs(backend, before = () => {}) {
  let lossOf, optimizer, weights, last;
  return {
    async init(net, batch) {
      before(tf);
      if (!(await tf.setBackend(backend))) throw new Error(`There is no backend ${backend}.`);
      await tf.ready();
      const data = makeData(net, batch);
      const [c, h, w] = data.shape;
      const images = tf.tensor4d(channelsLast(data), [batch, h, w, c]);
      const labels = tf.tensor2d(oneHot(data), [batch, data.classes]);
      const model = network(net);
      weights = model.trainableWeights.map((weight) => weight.val);
      optimizer = tf.train.momentum(RATE, MOMENTUM);
      lossOf = () => tf.losses.softmaxCrossEntropy(labels, model.apply(images, { training: true }));
    },
    async step(n) {
      for (let left = n; left > 0; left--) {
        const cost = tf.tidy(() => optimizer.minimize(lossOf, left === 1, weights));
        if (cost) {
          last = (await cost.data())[0];
          cost.dispose();
        }
      }
      // What the optimiser writes last.
      await weights.at(-1).data();
      await weights[0].data();
    },
    loss: async () => last,
  };
}
