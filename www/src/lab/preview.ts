/** Something that moves until the engine is ready: the recording of the default run, and labelled as one. */

import type { Session } from "../engine/types";
import type { Lab } from "../lab";
import { Recording, readTrace } from "../recording";
import { Run } from "../run";
import { text } from "../text";
import type { KeptRun } from "./runs";

const URL_OF_DEFAULT = "./recordings/default.json";

export class Preview {
  run: Run | undefined;
  kept: KeptRun | undefined;

  constructor(private readonly lab: Lab) {}

  /** Plays the recording where the link asks for nothing else and the engine is not there yet. */
  async start(hash: string): Promise<void> {
    if (!/^#?(v=1)?$/.test(hash)) return;
    const trace = await readTrace(new URL(URL_OF_DEFAULT, document.baseURI).href);
    if (!trace || this.lab.run || this.lab.state !== "loading") return;
    // A run that is only played asks for no more of its session than a recording has.
    const session = new Recording(trace) as Pick<Session, keyof Recording> as Session;
    const run = new Run(session, {
      changed: (topic) => this.lab.changed(topic),
      visible: () => !document.hidden,
    });
    const { values } = run;
    this.run = run;
    this.kept = {
      id: -1,
      key: "",
      name: text.recorded.name,
      colour: 1,
      trace: run.trace,
      values,
      link: "",
      difference: "",
      pinned: false,
      shown: true,
    };
    await run.prepare();
    run.play();
  }

  /** The engine has something of its own to show. */
  stop(): void {
    const { run } = this;
    this.run = undefined;
    this.kept = undefined;
    void run?.pause();
  }
}
