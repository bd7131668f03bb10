/** A plain object (the inline map of `explain --batch`) as a positioned tree without places. */
import { noSpan } from '../../text/span';
import type { Node } from './node';

/** `undefined`, functions and symbols are left out, as JSON does. */
export function objectNode(value: unknown, file: string): Node {
  const at = { file, span: noSpan };
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => objectNode(item, file)), at };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, child]) => child !== undefined && typeof child !== 'function' && typeof child !== 'symbol')
      .map(([key, child]) => ({ key, keyAt: at, value: objectNode(child, file) }));
    return { kind: 'map', entries, at };
  }
  const scalar =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
  return { kind: 'scalar', value: scalar ? value : null, at };
}
