import type { LabTopic } from "../../lab/news";
import type { Run } from "../../run";
import { Part } from "../part";
import { Asked } from "./asked";

/** A tab that shows what it asks of the session. */
export abstract class Pane<T> extends Part {
  protected override readonly topics: readonly LabTopic[] = ["state", "pictures", "figures", "layer"];
  protected readonly asked = new Asked<T>(
    (run) => this.ask(run),
    () => this.isConnected && this.requestUpdate(),
  );

  protected abstract ask(run: Run): Promise<T>;

  /** What the answer depends on besides the step. */
  protected get key(): string {
    return "";
  }

  protected override updated(): void {
    this.asked.refresh(this.key);
  }
}
