/** The worker: the engine lives here, so that the page only draws. */

import { messageOf } from "../errors";
import { faultOf } from "./faults";
import { Host } from "./host";
import type { Message, Request } from "./protocol";
import { askForSubgroups } from "./subgroups";

const post = (message: Message): void => self.postMessage(message);
const host = new Host(post);
askForSubgroups();

/** Tells the page that the script has loaded. */
post({ id: 0, value: "hello" });

/** What the engine said last before it gave up; its panic hook writes it. */
declare global {
  var convlabPanic: string | undefined;
}

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  try {
    post({ id: data.id, value: await host.handle(data) });
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) {
      post({ id: data.id, panic: globalThis.convlabPanic ?? error.message });
    } else {
      const message = messageOf(error);
      const device = faultOf(error);
      post({ id: data.id, error: message, ...(device && { device }) });
    }
  }
};
