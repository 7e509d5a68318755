import { html, svg } from "lit";

const icon = (box: number, body: unknown) =>
  html`<svg viewBox="0 0 ${box} ${box}" aria-hidden="true">${body}</svg>`;

export const icons = {
  reset: icon(16, svg`<path d="M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3"/>`),
  play: icon(18, svg`<path d="M5 3.2v11.6L14.5 9z" stroke="none"/>`),
  pause: icon(18, svg`<path d="M5 3.5h2.8v11H5zM10.2 3.5H13v11h-2.8z" stroke="none"/>`),
  step: icon(16, svg`<path d="M4 3.5v9L10 8zM12.5 3.5v9"/>`),
  shuffle: icon(16, svg`<path d="M2 5h2.5l7 6H14M2 11h2.5l7-6H14M12 3l2 2-2 2M12 9l2 2-2 2"/>`),
  theme: icon(
    16,
    svg`<circle cx="8" cy="8" r="5.5"/><path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor"/>`,
  ),
  keys: icon(16, svg`<path d="M1.5 4h13v8h-13zM4 6.5h0M6.7 6.5h0M9.3 6.5h0M12 6.5h0M5 9.5h6"/>`),
  undo: icon(16, svg`<path d="M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H7"/>`),
  locked: icon(16, svg`<path d="M4 7.5h8V14H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5" />`),
  unlocked: icon(16, svg`<path d="M4 7.5h8V14H4zM5.5 7.5V5a2.5 2.5 0 0 1 4.8-1" opacity=".6"/>`),
  more: icon(16, svg`<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.4"/>`),
  close: icon(16, svg`<path d="m4 4 8 8M12 4l-8 8"/>`),
  logo: html`<svg viewBox="0 0 22 22" aria-hidden="true"><rect x="1" y="1" width="6" height="6" rx="1"/><rect x="8" y="1" width="6" height="6" rx="1" class="b"/><rect x="15" y="1" width="6" height="6" rx="1"/><rect x="1" y="8" width="6" height="6" rx="1" class="c"/><rect x="8" y="8" width="6" height="6" rx="1"/><rect x="15" y="8" width="6" height="6" rx="1" class="b"/><rect x="1" y="15" width="6" height="6" rx="1"/><rect x="8" y="15" width="6" height="6" rx="1" class="c"/><rect x="15" y="15" width="6" height="6" rx="1" class="b"/></svg>`,
};

/** Silhouettes of the layers, 26 × 22. */
const LAYERS: Record<string, unknown> = {
  input: svg`<rect x="5" y="2.5" width="16" height="17" rx="1.5"/><path d="M10.5 7c1.4-1.6 5-1.3 5 1s-2.5 2.2-2.5 2.2 3 .2 3 2.6-4 3.6-6 1.6"/>`,
  conv: svg`<path d="M9 2.5h12v12H9z" opacity=".45"/><path d="M5 6.5h13v13H5z" fill="var(--surface)"/><path d="M9.3 6.5v13M13.7 6.5v13M5 10.8h13M5 15.2h13"/>`,
  norm: svg`<path d="M3 18.5c6 0 5.5-14 10-14s4 14 10 14"/><path d="M13 4.5v14" opacity=".45"/>`,
  activation: svg`<path d="M3 17h10L22 4"/><path d="M13 17h9" opacity=".35"/>`,
  pool: svg`<path d="M4 4h14v14H4zM11 4v14M4 11h14"/><path d="M11 11h7v7h-7z" fill="var(--ink-2)" stroke="none" opacity=".8"/>`,
  gap: svg`<path d="M4 4h14v14H4z" opacity=".45"/><circle cx="11" cy="11" r="3" fill="var(--ink-2)" stroke="none"/><path d="M4 4l4.5 4.5M18 4l-4.5 4.5M4 18l4.5-4.5M18 18l-4.5-4.5"/>`,
  flatten: svg`<path d="M5 4h6v6H5zM5 12h6v6H5z" opacity=".45"/><path d="M13 11h4M20 3v16"/><path d="m15 9 2 2-2 2"/>`,
  dense: svg`<path d="M6 4 20 7M6 4l14 9M6 11l14-4M6 11l14 2M6 18 20 7M6 18l14-5" opacity=".45"/><circle cx="6" cy="4" r="1.6" fill="var(--surface)"/><circle cx="6" cy="11" r="1.6" fill="var(--surface)"/><circle cx="6" cy="18" r="1.6" fill="var(--surface)"/><circle cx="20" cy="7" r="1.6" fill="var(--surface)"/><circle cx="20" cy="13" r="1.6" fill="var(--surface)"/>`,
  dropout: svg`<circle cx="7" cy="6" r="2.6"/><circle cx="19" cy="6" r="2.6" stroke-dasharray="1.6 1.6"/><circle cx="7" cy="16" r="2.6" stroke-dasharray="1.6 1.6"/><circle cx="19" cy="16" r="2.6"/>`,
  residual: svg`<path d="M3 14h6M17 14h6"/><path d="M9 10.5h8v7H9z"/><path d="M5 14V5h16v9" opacity=".55"/>`,
};

export const layerIcon = (kind: string) =>
  html`<svg viewBox="0 0 26 22" aria-hidden="true">${LAYERS[kind] ?? LAYERS.flatten}</svg>`;
