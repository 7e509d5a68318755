/** Every word the page says, a file per area of the page. */

import { checks } from "./text/checks";
import { curves } from "./text/curves";
import { doctor } from "./text/doctor";
import { formula } from "./text/formula";
import { inspect } from "./text/inspect";
import { look } from "./text/look";
import { notes } from "./text/notes";
import { pad } from "./text/pad";
import { page } from "./text/page";
import { recipe } from "./text/recipe";
import { runs } from "./text/runs";
import { strip } from "./text/strip";
import { time } from "./text/time";
import { top } from "./text/top";
import { attempts } from "./text/try";
import { twin } from "./text/twin";

export const text = {
  ...checks,
  ...curves,
  ...doctor,
  ...formula,
  ...inspect,
  ...look,
  ...notes,
  ...pad,
  ...page,
  ...recipe,
  ...runs,
  ...strip,
  ...attempts,
  ...time,
  ...top,
  ...twin,
};
