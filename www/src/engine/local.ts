/** The engine on this thread: for benchmarks, and where no worker may be started. */

import { Host } from "./host";
import type { Ask } from "./remote";
import type { Listener } from "./wire";

export function local(): Ask {
  let listener: Listener | undefined;
  const host = new Host((event) => listener?.heard(event));
  return {
    join(joining) {
      listener = joining;
      return 1;
    },
    leave() {
      listener = undefined;
    },
    ask: (session, generation, verb, args) => host.handle({ id: 0, session, generation, verb, args }),
  };
}
