/** The drawing pad. */

export const pad = {
  pad: {
    label: "Draw a digit",
    clear: "Clear",
    canvas: "Drawing area: arrow keys move the pen, space puts it down or lifts it",
    hint: "Draw here",
    bars: "Answer of the net",
    seen: "As the net sees it",
    start: "Draw with the pointer, or with arrow keys and space.",
    touch: "Draw with a finger, as large as the field.",
    sentence: (side: number, best: string, second: string) =>
      `as the net sees it: ${side} × ${side}, centred by mass. It says ${best}; second guess ${second}.`,
    tiny: "< 1 %",
    several: (n: number) => `${n} views`,
    severalHelp: "Test-time augmentation: the answer is the mean over shifted and resized views",
    viewsLabel: (n: number) => `The drawing through ${n} views`,
    view: (n: number, answer: string) => `view ${n}, read as ${answer}`,
  },
  picture: {
    label: "Ask about a picture",
    choose: "Choose a picture",
    drop: "Drop a picture here, or choose one. It is read here and sent nowhere.",
    seen: (side: number) => `as the net sees it: ${side} × ${side}, cut to a square.`,
    failed: "This file is no picture that the browser can read.",
  },
};
