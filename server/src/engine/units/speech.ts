/** What is named where something is sent: by the calls that lead there, and in what they hand over. */
import type { FileIndex } from '../../flow/fileIndex';
import type { CallValue, Value } from '../../hosts/host';
import type { Hop, Speech } from '../../rules/unit';
import type { Step } from './order';

/** How deep what is handed over is read. */
const deepest = 4;

export function speechOf(
  steps: readonly Step[],
  functions: readonly Hop[],
  indexOf: (host: Step[0]) => FileIndex,
): Speech {
  const through = functions.map(({ name }) => name);
  const names: string[] = [];
  for (const [host, site] of steps) {
    if (site.kind !== 'call') continue;
    through.push(...pathOf(site.callee), ...topicOf(site));
    names.push(...site.args.flatMap((arg) => namesIn(arg, indexOf(host), deepest)));
  }
  return { through, names };
}

/** `this.mailQueue.add` → `mailQueue`, `add`. */
function pathOf(value: Value): readonly string[] {
  switch (value.kind) {
    case 'name':
      return [value.name];
    case 'member':
      return [...pathOf(value.object), ...(typeof value.property === 'string' ? [value.property] : [])];
    case 'call':
      return pathOf(value.callee);
    case 'await':
      return pathOf(value.value);
    default:
      return [];
  }
}

/** `add('page.moved', …)`, `add(Jobs.PAGE_MOVED, …)`. */
function topicOf({ args: [first] }: CallValue): readonly string[] {
  if (first?.kind === 'literal') return textIn(first.value);
  return first?.kind === 'member' && typeof first.property === 'string' ? [first.property] : [];
}

const textIn = (value: unknown): readonly string[] =>
  typeof value === 'string' && /^[\w.:/-]{2,60}$/.test(value) ? [value] : [];

function namesIn(value: Value, index: FileIndex, left: number): readonly string[] {
  if (left === 0) return [];
  const inside = (one: Value): readonly string[] => namesIn(one, index, left - 1);
  switch (value.kind) {
    case 'literal':
      return textIn(value.value);
    case 'name': {
      const declared = index.binding(value)?.declared;
      const made = declared?.kind === 'value' && declared.path.length === 0 ? declared.value : undefined;
      return [value.name, ...(made?.kind === 'object' || made?.kind === 'list' ? inside(made) : [])];
    }
    case 'member': {
      const path = pathOf(value);
      // `page.id` is what `pageId` says.
      return [path.slice(-2).join('_'), ...path];
    }
    case 'object':
      return value.entries.flatMap((entry) => [
        ...(entry.kind === 'property' && typeof entry.key === 'string' ? [entry.key] : []),
        ...inside(entry.value),
      ]);
    case 'list':
      return value.items.flatMap(inside);
    case 'template':
      return value.parts.flatMap((part) => (part.kind === 'hole' ? inside(part.value) : []));
    case 'call':
      return [...(value.callee.kind === 'member' ? inside(value.callee.object) : []), ...value.args.flatMap(inside)];
    case 'conditional':
      return [...inside(value.then), ...inside(value.otherwise)];
    case 'binary':
      return [...inside(value.left), ...inside(value.right)];
    case 'await':
    case 'spread':
    case 'unary':
      return inside(value.value);
    default:
      return [];
  }
}
