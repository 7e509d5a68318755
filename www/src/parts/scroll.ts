/** A place whose content may be larger than it is: a stop for Tab while there is something to scroll. */
class Scroll extends HTMLElement {
  private readonly sized = new ResizeObserver(() => {
    if (this.scrollWidth > this.clientWidth || this.scrollHeight > this.clientHeight) this.tabIndex = 0;
    else this.removeAttribute("tabindex");
  });

  connectedCallback(): void {
    for (const part of [this, ...this.children]) this.sized.observe(part);
  }

  disconnectedCallback(): void {
    this.sized.disconnect();
  }
}

customElements.define("lab-scroll", Scroll);
