/** What index.html says, the words that only it has included; the build puts them there. */

import { text } from "../text";

const frame = {
  about:
    "Train a small convolutional network in this page, on your own machine, and see what every setting does to every layer.",
  skip: "Skip to the network",
  strip: "Network and depth strip",
  curves: "Curves",
  intro: "A small network learns in this page: the round button starts and rests it.",
  side: "Runs and drawing",
  try: "Try this",
  notes: "Notes",
  cards: "Cards",
};

export const words = { ...text, frame };
