/** Java properties as a positioned tree: `a.b[0].c=value`. */
import type { Location } from '../../text/span';
import type { Entry, Node, Positioned } from './node';

interface Draft {
  readonly at: Location;
  readonly children: Map<string, { readonly keyAt: Location; readonly draft: Draft }>;
  value?: Node;
}

const deepest = 40;

/** Lines that are no pair are left out. A value that goes on over several lines is read up to its first line's end. */
export function readProperties(file: string, text: string): Positioned {
  const whole = { file, span: { start: 0, end: text.length } };
  const root: Draft = { at: whole, children: new Map() };
  for (const line of text.matchAll(/^[ \t]*([^#!\s=:][^=:\r\n]*?)[ \t]*[=:][ \t]*(.*?)[ \t]*\r?$/gm)) {
    const [all, path = '', value = ''] = line;
    const keyStart = line.index + all.indexOf(path);
    const valueStart = line.index + all.lastIndexOf(value);
    let draft = root;
    const steps = [...path.matchAll(/[^.[\]]+/g)];
    for (const step of steps.slice(0, deepest)) {
      const start = keyStart + step.index;
      const keyAt = { file, span: { start, end: start + step[0].length } };
      const known = draft.children.get(step[0]);
      const next = known?.draft ?? { at: keyAt, children: new Map() };
      if (!known) draft.children.set(step[0], { keyAt, draft: next });
      draft = next;
    }
    const at = { file, span: { start: valueStart, end: valueStart + value.length } };
    draft.value = { kind: 'scalar', value: value.replaceAll('\\', ''), at };
  }
  return { node: built(root), problems: [] };
}

function built({ at, children, value }: Draft): Node {
  if (children.size === 0) return value ?? { kind: 'map', entries: [], at };
  const entries = [...children].map(([key, { keyAt, draft }]): Entry => ({ key, keyAt, value: built(draft) }));
  return entries.every(({ key }) => /^\d+$/.test(key))
    ? { kind: 'list', items: entries.map((entry) => entry.value), at }
    : { kind: 'map', entries, at };
}
