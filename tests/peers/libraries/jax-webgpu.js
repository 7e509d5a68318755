// jax-js: a whole training step (forward, backward, running statistics, momentum) is one compiled function.
// Its arrays are owned: `x.ref` is one more use of x.
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
} from "@jax-js/jax";
import { MOMENTUM, makeData, RATE } from "../../../www/src/bench/data";
import { oneHot } from "./arrange";

const DEVICE = "webgpu";
const SHARE = 0.1;
const EPS = 1e-5;
const KEEP = 0.75;

/** Batch norm in training: the output, and the next running mean and variance. */
function batchNorm(x, gamma, beta, mean, variance) {
  const c = x.shape[1];
  const wide = (v) => v.reshape([1, c, 1, 1]);
  const mu = np.mean(x.ref, [0, 2, 3], { keepdims: true });
  const centred = x.sub(mu.ref);
  const v = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
  const next = (old, seen) =>
    lax
      .stopGradient(seen)
      .reshape([c])
      .mul(SHARE)
      .add(old.mul(1 - SHARE));
  const [nextMean, nextVariance] = [next(mean, mu), next(variance, v.ref)];
  const scale = wide(gamma).div(np.sqrt(v.add(EPS)));
  return [centred.mul(scale).add(wide(beta)), nextMean, nextVariance];
}

const conv = (x, weight, stride = 1) => lax.convGeneralDilated(x, weight, [stride, stride], "SAME");
const maxPool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);

function forward(net, params, stats, x, key) {
  const next = {};
  const normed = (x, name, stride) => {
    const [y, mean, variance] = batchNorm(
      conv(x, params[`${name}w`], stride),
      params[`${name}g`],
      params[`${name}b`],
      stats[`${name}m`],
      stats[`${name}v`],
    );
    next[`${name}m`] = mean;
    next[`${name}v`] = variance;
    return y;
  };
  const rectified = (x, name, stride) => nn.relu(normed(x, name, stride));
  const block = (x, name, stride) => {
    const y = normed(rectified(x.ref, `${name}1`, stride), `${name}2`);
    return nn.relu(y.add(stride > 1 ? normed(x, `${name}p`, stride) : x));
  };
  if (net === "lenet") {
    key.dispose();
    const biased = (x, name, c) =>
      nn.relu(conv(x, params[`${name}w`]).add(params[`${name}b`].reshape([1, c, 1, 1])));
    x = maxPool(biased(maxPool(biased(x, "a", 8)), "b", 16));
    x = x.reshape([x.shape[0], 784]);
  } else if (net === "vgg") {
    x = maxPool(rectified(rectified(x, "a"), "b"));
    x = maxPool(rectified(rectified(x, "c"), "d"));
    x = np.mean(rectified(x, "e"), [2, 3]);
    x = np.where(random.bernoulli(key, KEEP, x.shape), x.mul(1 / KEEP), 0);
  } else {
    key.dispose();
    x = block(block(block(rectified(x, "a"), "b", 1), "c", 2), "d", 2);
    x = np.mean(x, [2, 3]);
  }
  return [np.dot(x, params.weight).add(params.bias), next];
}

/** Kaiming-normal weights (Box and Muller); what they are does not matter here. */
function normal(shape, fan) {
  const draw = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  const length = shape.reduce((a, b) => a * b, 1);
  return np.array(Float32Array.from({ length }, () => draw() * Math.sqrt(2 / fan))).reshape(shape);
}

const NORMED = {
  vgg: [
    ["a", 3, 16],
    ["b", 16, 16],
    ["c", 16, 32],
    ["d", 32, 32],
    ["e", 32, 64],
  ],
  resnet8: [
    ["a", 3, 16],
    ["b1", 16, 16],
    ["b2", 16, 16],
    ["c1", 16, 32],
    ["c2", 32, 32],
    ["cp", 16, 32, 1],
    ["d1", 32, 64],
    ["d2", 64, 64],
    ["dp", 32, 64, 1],
  ],
};

function initial(net) {
  const params = {};
  const stats = {};
  const weigh = (name, ic, oc, k = 3) => {
    params[`${name}w`] = normal([oc, ic, k, k], ic * k * k);
  };
  for (const [name, ic, oc, k] of NORMED[net] ?? []) {
    weigh(name, ic, oc, k);
    params[`${name}g`] = np.ones([oc]);
    params[`${name}b`] = np.zeros([oc]);
    stats[`${name}m`] = np.zeros([oc]);
    stats[`${name}v`] = np.ones([oc]);
  }
  if (net === "lenet") {
    weigh("a", 1, 8);
    weigh("b", 8, 16);
    params.ab = np.zeros([8]);
    params.bb = np.zeros([16]);
  }
  const features = net === "lenet" ? 784 : 64;
  params.weight = normal([features, 10], features);
  params.bias = np.zeros([10]);
  return { params, stats };
}

function trainer(net, batch) {
  const lossOf = (params, stats, x, y, key) => {
    const [logits, next] = forward(net, params, stats, x, key);
    return [
      nn
        .logSoftmax(logits)
        .mul(y)
        .sum()
        .mul(-1 / batch),
      next,
    ];
  };
  return jit((params, momentum, stats, x, y, key) => {
    const keys = random.split(key, 2);
    const [used, kept] = [keys.ref.slice(0), keys.slice(1)];
    const [[loss, next], gradients] = valueAndGrad(lossOf, { hasAux: true })(
      tree.ref(params),
      stats,
      x,
      y,
      used,
    );
    const moved = tree.map((m, g) => m.mul(MOMENTUM).add(g), momentum, gradients);
    const updated = tree.map((p, m) => p.sub(m.mul(RATE)), params, tree.ref(moved));
    return { params: updated, momentum: moved, stats: next, loss, key: kept };
  });
}

let images, labels, train, state, last;

export default {
  async init(net, batch) {
    const there = await init(DEVICE);
    if (!there.includes(DEVICE)) throw new Error(`There is no ${DEVICE}.`);
    defaultDevice(DEVICE);
    const data = makeData(net, batch);
    images = np.array(data.images).reshape([batch, ...data.shape]);
    labels = np.array(oneHot(data)).reshape([batch, data.classes]);
    train = trainer(net, batch);
    const { params, stats } = initial(net);
    state = { params, stats, momentum: tree.map((p) => np.zeros(p.shape), params), key: random.key(0) };
  },
  async step(n) {
    for (let left = n; left > 0; left--) {
      const { params, momentum, stats, key } = state;
      const { loss, ...next } = train(params, momentum, stats, images.ref, labels.ref, key);
      state = next;
      if (left === 1) last = await loss.jsAsync();
      else loss.dispose();
    }
    await blockUntilReady(state.params);
    await state.params.bias.ref.data();
  },
  loss: async () => last,
};
