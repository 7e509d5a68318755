/** What the page adds to the engine's settings: what too low and too high look like, and where to read more. */

import type { Setting } from "../engine/types";

const read = (title: string, url: string) => ({ title, url });
const book = (chapter: string, part: string) =>
  read(
    `Goodfellow et al., Deep Learning, ${part}`,
    `https://www.deeplearningbook.org/contents/${chapter}.html`,
  );
const arxiv = (title: string, number: string) => read(title, `https://arxiv.org/abs/${number}`);

const basics = book("ml", "ch. 5");
const scaling = arxiv("Hestness et al., Deep learning scaling is predictable, 2017", "1712.00409");
const corruptions = arxiv("Hendrycks and Dietterich, Common corruptions, 2019", "1903.12261");
const texture = arxiv("Geirhos et al., ImageNet-trained CNNs, 2018", "1811.12231");
const depth = read(
  "Glorot and Bengio, Understanding the difficulty, 2010",
  "https://proceedings.mlr.press/v9/glorot10a.html",
);
const stopping = read("Prechelt, Early stopping, but when?, 1998", "https://doi.org/10.1007/3-540-49430-8_3");

type More = Partial<Pick<Setting, "low" | "high" | "source">>;

const ends = (low: string, high: string, source?: Setting["source"]): More => ({ low, high, source });

export const settings: Record<string, More> = {
  side: { source: arxiv("Tan and Le, EfficientNet, 2019", "1905.11946") },
  train: { source: scaling },
  val: ends("its accuracy jumps: one image counts much", "each look takes longer", basics),
  test: ends("chance decides between two nets", "the last look takes longer", basics),
  classes: { source: basics },
  perclass: ends("a few images are known by heart", "nothing is left out", scaling),
  turn: ends("turned the other way as far", "6 and 9 trade places at 180", corruptions),
  offset: ends(
    "moved left and up: parts are cut off",
    "moved right and down: parts are cut off",
    corruptions,
  ),
  pixelnoise: ends("clean images", "the digit drowns", corruptions),
  correlation: ends("only the outline tells the class", "it reads the colour and never learns the shape"),
  colour: ends("grey: colour gives nothing away", "full colour", texture),
  texture: ends("plain shapes", "a pattern on every shape", texture),
  occlusion: ends("every shape is whole", "every shape is partly hidden", corruptions),
  shapeshift: ends("always in the middle", "some leave the image", corruptions),
  shapeturn: ends("always upright", "a square is a diamond, too", corruptions),
  smallest: ends("a few pixels, too few to tell", "all are large", corruptions),
  largest: ends("all are small", "some leave the image", corruptions),
  grain: ends("even colours", "the outline drowns", corruptions),
  vflip: ends("always upright", "half hang upside down: 6 and 9 are no longer two"),
  brightness: ends("one light for all", "some are black or white throughout"),
  contrast: ends("one contrast for all", "some are nearly grey"),
  tta: ends("the plain answer", "steadier answers, as many times the work"),
  std: { source: depth },
  bound: { source: depth },
  constant: ends(
    "signals fade, and all units stay equal",
    "signals grow, and all units stay equal",
    book("optimization", "ch. 8"),
  ),
  head: {
    source: read(
      "Karpathy, A recipe for training nets, 2019",
      "https://karpathy.github.io/2019/04/25/recipe/",
    ),
  },
  steps: { source: stopping },
  seed: ends(
    "another draw, neither better nor worse",
    "another draw: one seed alone proves little",
    arxiv("Picard, torch.manual_seed(3407) is all you need, 2021", "2109.08203"),
  ),
  seconds: ends("it stops before it has learned", "the steps end it first", stopping),
  accuracy: ends("it stops at the first lucky look", "it is never reached", stopping),
  patience: ends("a bad look or two end it", "it goes on long after its best", stopping),
  hidden: {
    source: read(
      "MDN, Page Visibility API",
      "https://developer.mozilla.org/docs/Web/API/Page_Visibility_API",
    ),
  },
};
