/** Numbers as code writes them: `20`, `Number(process.env.POOL_MAX ?? 20)`, `parseInt(env.POOL || '20', 10)`. */
import type { Entry, Flow, Ref } from '../../flow/flow';
import { wholeNumber } from './placed';

export interface Size {
  readonly value?: number;
  /** The environment variable that decides before `value`. */
  readonly variable?: string;
}

const conversions = new Set(['Number', 'parseInt', 'Number.parseInt', 'parseFloat', 'String']);

export function sizeOf(flow: Flow, ref: Ref, depth = 0): Size {
  if (depth > 6) return {};
  let best: Size = {};
  for (const shape of flow.shapes(ref)) {
    if (shape.kind === 'literal') best = larger(best, literal(shape.value));
    else if (shape.kind === 'operator') best = larger(best, operator(flow, shape.ref, depth));
    else if (shape.kind === 'chain') {
      const { root, steps } = shape.chain;
      const [first, second] = steps;
      const names = steps.flatMap((step) => (step.kind === 'member' ? [step.name] : []));
      const last = steps.at(-1);
      if (root.kind === 'global' && root.name === 'process' && first?.kind === 'member' && first.name === 'env') {
        if (second?.kind === 'member') best = larger(best, { variable: second.name });
      } else if (root.kind === 'global' && last?.kind === 'call' && last.args[0]) {
        const called = [root.name, ...names, last.name].filter((name) => name !== '').join('.');
        if (conversions.has(called)) best = larger(best, sizeOf(flow, last.args[0], depth + 1));
        // configService.get('POOL_MAX', 20) and env('POOL_MAX', 20) of a global.
        else best = larger(best, named(flow, last.args, depth));
      } else if (last?.kind === 'call' && /^(?:get|getOrThrow|env|number|int|asInt)$/.test(last.name))
        best = larger(best, named(flow, last.args, depth));
    }
  }
  return best;
}

/** `config.get('DB_POOL_MAX', 20)`: a name in capitals is one of the environment. */
function named(flow: Flow, args: readonly Ref[], depth: number): Size {
  const [name, fallback] = args;
  const text = name && flow.shapes(name)[0];
  if (text?.kind !== 'literal' || typeof text.value !== 'string' || !/^[A-Z][A-Z0-9_]*$/.test(text.value)) return {};
  return { ...(fallback && sizeOf(flow, fallback, depth + 1)), variable: text.value };
}

function literal(value: unknown): Size {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return { value };
  const number = typeof value === 'string' ? wholeNumber(value) : undefined;
  return number === undefined ? {} : { value: number };
}

function operator(flow: Flow, ref: Ref, depth: number): Size {
  const { value } = ref;
  if (value.kind === 'unary' && value.op === '+') return sizeOf(flow, { ...ref, value: value.value }, depth + 1);
  if (value.kind !== 'binary' || !['||', '??'].includes(value.op)) return {};
  const left = sizeOf(flow, { ...ref, value: value.left }, depth + 1);
  const right = sizeOf(flow, { ...ref, value: value.right }, depth + 1);
  const variable = left.variable ?? right.variable;
  const number = left.value ?? right.value;
  return { ...(number !== undefined && { value: number }), ...(variable !== undefined && { variable }) };
}

/** Of several possibilities the one that opens most. */
function larger(a: Size, b: Size): Size {
  const value = a.value === undefined ? b.value : Math.max(a.value, b.value ?? 0);
  const variable = a.variable ?? b.variable;
  return { ...(value !== undefined && { value }), ...(variable !== undefined && { variable }) };
}

/** The value at a path of keys, in any of the objects that a value may be. */
export function entryAt(flow: Flow, ref: Ref, path: readonly string[]): Entry | undefined {
  const [key, ...rest] = path;
  for (const shape of flow.shapes(ref)) {
    if (shape.kind !== 'object') continue;
    const entry = shape.entries.findLast((one) => one.key === key);
    if (!entry) continue;
    if (rest.length === 0) return entry;
    const inner = entryAt(flow, entry.value, rest);
    if (inner) return inner;
  }
  return undefined;
}
