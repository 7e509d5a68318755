/** Three things to try in the first minute. */

export const attempts = {
  attempts: {
    label: "Try",
    or: " or ",
    rest: "Each changes one thing of the usual recipe in a new run; the one before stays on the chart.",
    phrases: {
      rate: "learning rate × 30",
      weights: "huge weights",
      norm: "no normalization",
    },
    looks: {
      rate: "Look at the loss and at the activations: the first steps throw the weights too far.",
      weights: "Look at the activations and at the first loss: it begins by being sure and wrong.",
      norm: "Look at the activations: no layer brings them back to mean 0 and deviation 1.",
    },
  },
};
