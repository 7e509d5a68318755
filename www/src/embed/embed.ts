/**
 * `<conv-lab src="#v=1&…" controls="lr p" height="300" caption="…">`: an experiment in any page.
 * This file only waits until the element is seen; then it loads the widget and the engine.
 */

const HEIGHT = 300;

interface Figure extends HTMLElement {
  link: string;
  controls: string[];
  caption: string;
  page: string;
  seen: boolean;
}

class ConvLab extends HTMLElement {
  private figure: Figure | undefined;
  private loading = false;
  private readonly observer = new IntersectionObserver(([entry]) => this.saw(entry?.isIntersecting === true));

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const height = Number(this.getAttribute("height")) || HEIGHT;
    if (!root.firstChild) {
      const style = document.createElement("style");
      style.textContent = ":host{display:block;min-height:var(--conv-lab-height)}";
      root.append(style, document.createElement("slot"));
    }
    this.style.setProperty("--conv-lab-height", `${height}px`);
    this.observer.observe(this);
  }

  disconnectedCallback(): void {
    this.observer.disconnect();
    this.figure?.remove();
    this.figure = undefined;
  }

  private saw(seen: boolean): void {
    if (this.figure) this.figure.seen = seen;
    else if (seen && !this.loading) void this.load();
  }

  /** What stands inside the element stays where the widget cannot be loaded. */
  private async load(): Promise<void> {
    this.loading = true;
    try {
      await import("./figure");
      const figure = document.createElement("conv-lab-figure") as Figure;
      figure.link = (this.getAttribute("src") ?? "").replace(/^[^#]*#/, "");
      figure.controls = (this.getAttribute("controls") ?? "").split(/[\s,]+/).filter(Boolean);
      figure.caption = this.getAttribute("caption") ?? "";
      figure.page = this.getAttribute("page") ?? new URL(/* @vite-ignore */ "./", import.meta.url).href;
      figure.seen = true;
      this.figure = figure;
      this.shadowRoot?.querySelector("slot")?.replaceWith(figure);
    } finally {
      this.loading = false;
    }
  }
}

if (!customElements.get("conv-lab")) customElements.define("conv-lab", ConvLab);
