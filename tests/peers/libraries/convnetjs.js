// ConvNetJS: 64-bit numbers, one image after the other. Its vgg has no batch norm and a maximum at the end;
// it cannot build resnet8.
import convnetjs from "convnetjs/build/convnet.js";
import { MOMENTUM, makeData, RATE } from "../../../www/src/bench/data";
import { channelsLast } from "./arrange";

const conv = (filters) => ({ type: "conv", sx: 3, filters, stride: 1, pad: 1, activation: "relu" });
const pool = (side, options) => ({ type: "pool", sx: side, stride: side, ...options });

const BODIES = {
  lenet: [conv(8), pool(2), conv(16), pool(2)],
  vgg: [conv(16), conv(16), pool(2), conv(32), conv(32), pool(2), conv(64), pool(8, { drop_prob: 0.25 })],
};

let trainer, images, labels, last;

export default {
  async init(net, batch) {
    if (!BODIES[net]) throw new Error(`It cannot build ${net}.`);
    const data = makeData(net, batch);
    const [c, h, w] = data.shape;
    const network = new convnetjs.Net();
    network.makeLayers([
      { type: "input", out_sx: w, out_sy: h, out_depth: c },
      ...BODIES[net],
      { type: "softmax", num_classes: data.classes },
    ]);
    const options = {
      method: "sgd",
      learning_rate: RATE,
      momentum: MOMENTUM,
      batch_size: batch,
      l2_decay: 0,
    };
    trainer = new convnetjs.Trainer(network, options);
    labels = [...data.labels];
    const all = channelsLast(data);
    images = labels.map((_, n) => {
      const image = new convnetjs.Vol(w, h, c, 0);
      image.w.set(all.subarray(n * h * w * c, (n + 1) * h * w * c));
      return image;
    });
  },
  async step(n) {
    for (let left = n; left > 0; left--) {
      const losses = images.map((image, i) => trainer.train(image, labels[i]).cost_loss);
      last = losses.reduce((a, b) => a + b) / losses.length;
    }
  },
  loss: async () => last,
};
