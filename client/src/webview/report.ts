/**
 * Runs in the report's webview, and nowhere else: tells the extension which link or button was used, and keeps what was
 * open and where the page stood. It never makes markup.
 */

/** What is used of the page; the DOM's own types would be those of the whole repository. */
interface Element {
  readonly dataset: Readonly<Record<string, string | undefined>>;
  closest(selector: string): Element | null;
  toggleAttribute(name: string, on: boolean): void;
  readonly open?: boolean;
}
declare const document: {
  addEventListener(kind: 'click', listener: (event: { target: Element; preventDefault(): void }) => void): void;
  querySelectorAll(selector: string): Iterable<Element>;
};
declare const window: {
  readonly scrollY: number;
  scrollTo(x: number, y: number): void;
  addEventListener(kind: 'scroll' | 'toggle', listener: () => void, capture?: boolean): void;
};
interface Kept {
  readonly y: number;
  /** Numbers of the details that are open. */
  readonly open: readonly number[];
}
declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): Kept | undefined;
  setState(state: Kept): void;
};

const api = acquireVsCodeApi();

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-uri]');
  if (link) {
    event.preventDefault();
    const { uri, line, column } = link.dataset;
    api.postMessage({ kind: 'open', uri, line: Number(line), column: Number(column) });
    return;
  }
  const action = event.target.closest('button[data-action]')?.dataset.action;
  if (action) api.postMessage({ kind: 'action', action });
});

const details = [...document.querySelectorAll('details')];
const keep = (): void => api.setState({ y: window.scrollY, open: details.flatMap((one, i) => (one.open ? [i] : [])) });
const kept = api.getState();
for (const i of kept?.open ?? []) details[i]?.toggleAttribute('open', true);
if (kept) window.scrollTo(0, kept.y);
window.addEventListener('scroll', keep);
// `toggle` does not bubble.
window.addEventListener('toggle', keep, true);
