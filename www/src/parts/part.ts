import { LitElement } from "lit";
import { lab } from "../lab";
import type { LabTopic } from "../lab/news";

/** A piece of the page. It lives in the page's own tree, draws the lab, and draws again when one of its topics changed. */
export abstract class Part extends LitElement {
  protected readonly topics: readonly LabTopic[] = ["state"];
  private stop: (() => void) | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = lab.news.subscribe((changed) => {
      if (this.topics.some((topic) => changed.has(topic))) this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }
}
