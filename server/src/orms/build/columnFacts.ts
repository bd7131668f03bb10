/** What a declaration in code says of a column's values: which are allowed, and what makes one that is left out. */
import type { Chain, Flow, Ref, Shape } from '../../flow/flow';
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';

/** The function of a database or a library that fills a column in, by the name that databases know it by. */
export const madeBy = (name: string, span: Span, version?: number): Expr => ({
  kind: 'call',
  name,
  args: version === undefined ? [] : [{ kind: 'const', type: 'number', value: version, span }],
  span,
});

/** `['a', 'b']`, a TypeScript enum, `Object.values(Status)`; undefined where not all values are known. */
export function valuesIn(flow: Flow, refs: readonly (Ref | undefined)[]): readonly string[] | undefined {
  const found = refs.flatMap((ref) => (ref === undefined ? [undefined] : valuesOf(flow, ref)));
  const known = found.filter((value) => value !== undefined);
  return known.length > 0 && known.length === found.length ? [...new Set(known)] : undefined;
}

function valuesOf(flow: Flow, ref: Ref): readonly (string | undefined)[] {
  const [shape, ...others] = flow.shapes(ref);
  if (!shape || others.length > 0) return [undefined];
  switch (shape.kind) {
    case 'literal':
      return [typeof shape.value === 'string' || typeof shape.value === 'number' ? String(shape.value) : undefined];
    case 'list':
      return shape.open
        ? [undefined]
        : shape.items.flatMap(({ value, many }) => (many ? [undefined] : valuesOf(flow, value)));
    case 'object':
      return shape.open ? [undefined] : shape.entries.flatMap(({ value }) => valuesOf(flow, value));
    case 'chain': {
      const { root, steps } = shape.chain;
      const call = steps.at(-1);
      const ofObject = root.kind === 'global' && root.name === 'Object' && call?.kind === 'call';
      const [first] = ofObject && call.name === 'values' ? call.args : [];
      return first === undefined ? [undefined] : valuesOf(flow, first);
    }
    default:
      return [undefined];
  }
}

/** The default that a declaration gives: a constant, or the call that makes it. Undefined where it is not understood. */
export function initialIn(flow: Flow, ref: Ref, span: Span): Expr | undefined {
  const [shape] = flow.shapes(ref);
  return shape && initialOf(flow, shape, span);
}

function initialOf(flow: Flow, shape: Shape, span: Span): Expr | undefined {
  switch (shape.kind) {
    case 'literal': {
      const { value } = shape;
      if (value === null || value === undefined) return undefined;
      const type = typeof value === 'bigint' ? 'number' : (typeof value as 'string' | 'number' | 'boolean');
      return { kind: 'const', type, value, span };
    }
    case 'function': {
      const [returned] = flow.callback(shape.function).returns;
      const [inner] = returned === undefined ? [] : flow.shapes(returned.value);
      // A function that answers with text answers with SQL.
      if (inner?.kind === 'literal' && typeof inner.value === 'string') return sqlDefault(inner.value, span);
      return inner && initialOf(flow, inner, span);
    }
    case 'chain':
      return chainDefault(flow, shape.chain, span);
    default:
      return undefined;
  }
}

/** `now()`, `'x'::text`, `nextval('s')` as SQL text: the first function that it calls. */
export function sqlDefault(text: string, span: Span): Expr | undefined {
  const bare = /^\s*\(*\s*(current_timestamp|current_date|localtimestamp)\b/i.exec(text)?.[1];
  const called = bare ?? /([a-z_][\w.]*)\s*\(/i.exec(text)?.[1];
  return called === undefined ? undefined : madeBy(called.toLowerCase(), span);
}

function chainDefault(flow: Flow, { root, steps }: Chain, span: Span): Expr | undefined {
  const last = steps.at(-1);
  if (last?.kind === 'tag') return sqlDefault(flow.print(last.ref), span);
  const made =
    root.kind === 'package' ? byPackage(root.module, root.name, steps.length > 1 ? last : undefined) : undefined;
  if (made !== undefined) return madeBy(made.name, span, made.version);
  if (root.kind === 'global' && root.name === 'Date') return madeBy('now', span);
  if (last?.kind !== 'call') return undefined;
  const called = last.name !== '' ? last.name : root.kind === 'package' || root.kind === 'global' ? root.name : '';
  // `sql.raw('now()')`, `sequelize.literal('now()')`, `Sequelize.fn('now')`.
  const [first] = last.args;
  const text = first === undefined ? undefined : flow.shapes(first)[0];
  if (text?.kind === 'literal' && typeof text.value === 'string' && /^(?:raw|literal|fn)$/.test(called))
    return called === 'fn' ? madeBy(text.value.toLowerCase(), span) : sqlDefault(text.value, span);
  return called === '' ? undefined : madeBy(called.toLowerCase(), span);
}

/** Libraries whose exports bear names that say little. */
function byPackage(
  module: string,
  name: string,
  step: Chain['steps'][number] | undefined,
): { readonly name: string; readonly version?: number } | undefined {
  const member = step?.kind === 'call' || step?.kind === 'member' ? step.name : '';
  if (module === 'uuid' || module === 'uuidv7' || module === 'uuidjs' || module === 'uuidv6') {
    const version = /v?([1-7])$/.exec(member || name)?.[1] ?? (module === 'uuidv7' ? '7' : undefined);
    return version === undefined ? undefined : { name: 'uuid', version: Number(version) };
  }
  if (module === '@paralleldrive/cuid2') return { name: 'cuid', version: 2 };
  if (module === 'cuid') return { name: 'cuid' };
  if (/(?:^|\/)ulidx?$/.test(module)) return { name: 'ulid' };
  if (/(?:^|\/)ksuid$/.test(module)) return { name: 'ksuid' };
  if (/snowflake/.test(module)) return { name: 'snowflake' };
  if (/(?:^|\.)ObjectId$/i.test(name) || /^ObjectId$/i.test(member)) return { name: 'objectid' };
  if (/^(?:node:)?crypto$/.test(module)) return { name: 'gen_random_uuid' };
  return undefined;
}
