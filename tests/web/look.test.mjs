// Looking into the network, freezing and taking weights over, through the package's session.
import { check, test } from "./harness.mjs";
import { ready } from "./lab.mjs";

const SMALL = "v=1&net=conv4-pool-res8s2-gap&act=tanh&side=14&train=300&batch=16&p=0.5&backend=cpu";

/** Runs `body` with the session of the page's run; the page itself stays still. */
async function inside(open, link, body) {
  const page = await open(link);
  // A page that is open already only sees another hash: its run would be the old one for a while.
  await page.reload();
  await ready(page);
  return page.evaluate(body);
}

test("every kind of look answers, and the run keeps its bits", async ({ open }) => {
  const seen = await inside(open, SMALL, async () => {
    const { session } = convlab.run;
    const train = async (steps) => {
      const losses = [];
      await session.advance(steps, { onRows: (rows) => losses.push(...rows.map((row) => row.loss)) });
      return losses;
    };
    await session.restart();
    const plain = await train(6);
    await session.restart();
    const watched = await train(3);
    const look = await session.inspect({
      stats: true,
      histogram: { bins: 10 },
      maps: { image: 1, channels: 2 },
      filters: true,
      norms: true,
      saliency: { image: 1, class: 3 },
      dropout: { image: 2 },
      confusion: { limit: 100 },
      mistakes: { n: 4 },
      nextBatch: 2,
    });
    watched.push(...(await train(3)));
    const kinds = (value) => Object.prototype.toString.call(value).slice(8, -1);
    const layer = (name) => look.layers.find((view) => view.name === name);
    const { confusion, mistakes, saliency, dropout } = look;
    return {
      same: JSON.stringify(plain) === JSON.stringify(watched),
      names: look.layers.map(({ name }) => name),
      arrays: [
        layer("0").filters.data,
        layer("1").norm.runningMean,
        saliency.data,
        dropout[0].kept,
        confusion.matrix,
        mistakes.image.images,
      ].map(kinds),
      filters: [layer("0").filters.shape.join(), layer("0").filters.data.length],
      bins: layer("2").activations.counts.length,
      saturated: layer("2").saturated,
      figures: [layer("0").batchGradient, layer("0").update, layer("0").drift],
      counted: confusion.matrix.reduce((sum, n) => sum + n, 0),
      classes: confusion.perClass.length,
      losses: mistakes.losses,
      saliency: saliency.data.length,
    };
  });
  check(seen.same, "a look changed the run");
  check(seen.names.includes("4.body.0") && seen.names.includes("4.shortcut.0"), `layers ${seen.names}`);
  const kinds = seen.arrays.join();
  check(kinds === "Float32Array,Float32Array,Float32Array,Uint8Array,Uint32Array,Uint8Array", kinds);
  check(seen.filters.join() === "4,1,3,3,36" && seen.bins === 10, JSON.stringify(seen));
  check(seen.saturated >= 0 && seen.saturated <= 1, `saturated ${seen.saturated}`);
  check(
    seen.figures.every((figure) => figure > 0),
    `figures ${seen.figures}`,
  );
  check(seen.counted === 100 && seen.classes === 10 && seen.saliency === 196, JSON.stringify(seen));
  const [worst, second] = seen.losses;
  check(seen.losses.length === 4 && worst >= second, `losses ${seen.losses}`);
});

test("a word that no look has is one sentence", async ({ open }) => {
  const why = await inside(open, SMALL, () =>
    convlab.run.session.inspect({ confusion: { first: 3 } }).catch((error) => error.message),
  );
  check(why === "first cannot be asked for here, only split, limit.", why);
});

test("frozen layers stay, and the link repeats it with the same bits", async ({ open }) => {
  const seen = await inside(open, SMALL, async () => {
    const { session } = convlab.run;
    const losses = [];
    const train = (steps) =>
      session.advance(steps, { onRows: (rows) => losses.push(...rows.map((row) => row.loss)) });
    const filters = async () => {
      const { layers } = await session.inspect({ layers: ["0"], filters: true });
      return [layers[0].frozen, ...layers[0].filters.data].join();
    };
    await session.restart();
    await train(5);
    const applied = await session.freeze(["0", "1"]);
    const before = await filters();
    await train(5);
    const after = await filters();
    await session.unfreeze(["0"]);
    await train(5);
    const link = await session.link();
    const first = losses.splice(0);
    await session.restart();
    await train(15);
    return { applied, before, after, free: await filters(), link, first, again: losses };
  });
  check(seen.applied.appliesAt === 5 && seen.applied.frozen.join() === "0,1", JSON.stringify(seen.applied));
  check(seen.before === seen.after && seen.before.startsWith("true"), "a frozen layer changed");
  check(
    seen.free.startsWith("false") && seen.free.slice(6) !== seen.after.slice(5),
    "it never learned again",
  );
  check(seen.link.includes("&at=5.freeze.0-1,10.unfreeze.0&"), seen.link);
  check(JSON.stringify(seen.first) === JSON.stringify(seen.again), "the replay has other bits");
});

test("a body is taken to a new task", async ({ open }) => {
  const seen = await inside(open, SMALL, async () => {
    const { session } = convlab.run;
    const weights = async (address) => {
      const { layers } = await session.inspect({ layers: [address], stats: true });
      return layers[0].weight;
    };
    const last = session.description.layers.at(-1).name;
    await session.advance(5);
    const [body, classifier] = [await weights("0"), await weights(last)];
    const file = await session.weights();
    await session.restart({ seed: 5 }, { keep: { except: ["classifier"] } });
    const kept = [await weights("0"), await weights(last)];
    await session.load(file, { only: ["classifier"] });
    const loaded = [await weights("0"), await weights(last)];
    const why = await session.load(file, { only: ["77"] }).catch((error) => error.message);
    return { body, classifier, kept, loaded, why };
  });
  const { body, classifier, kept, loaded, why } = seen;
  check(kept[0] === body && kept[1] !== classifier, JSON.stringify(seen));
  check(loaded[0] !== body && loaded[1] === classifier, JSON.stringify(seen));
  check(why.startsWith("weights: 77 is not a layer of this network"), why);
});

test("the source network is what its link makes", { seconds: 300 }, async ({ open }) => {
  const seen = await inside(open, "v=1&steps=300&backend=cpu", async () => {
    const { session } = convlab.run;
    await session.restart({ seed: 1 });
    await session.advance(300);
    const { layers } = await session.inspect({ layers: ["0", "1", "4", "5"], filters: true, norms: true });
    return layers.map(({ filters, norm }) => [...(filters?.data ?? norm.runningMean)].join()).join();
  });
  const started = await inside(open, "v=1&start=digits&backend=cpu", async () => {
    const { layers } = await convlab.run.session.inspect({
      layers: ["0", "1", "4", "5"],
      filters: true,
      norms: true,
    });
    return layers.map(({ filters, norm }) => [...(filters?.data ?? norm.runningMean)].join()).join();
  });
  check(seen === started, "the committed weights are others");
});
