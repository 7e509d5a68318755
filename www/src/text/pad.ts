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
    sentence: (side: number, best: string, second: string) =>
      `as the net sees it: ${side} × ${side}, centred by mass. It says ${best}; second guess ${second}.`,
    tiny: "< 1 %",
  },
};
