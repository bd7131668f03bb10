/** What stands in FROM: tables by name, subqueries, common tables, text; and what is joined on to it. */

import type { Ref } from '../../flow/flow';
import type { Expr, From } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { choice, equals, opaque, operation, truth } from '../build/expr';
import { spanIn } from '../build/value';
import { reference } from './expression';
import { type CallStep, isKysely, named } from './handle';
import { type Context, nameIn, namesIn, sentName, tableNamed } from './names';
import { writtenIn } from './raw';
import { queryIn } from './select';
import { conditionsOf, spanOf } from './where';

const joins: Readonly<Record<string, 'inner' | 'left' | 'right' | 'full' | 'cross'>> = {
  innerJoin: 'inner',
  leftJoin: 'left',
  rightJoin: 'right',
  fullJoin: 'full',
  crossJoin: 'cross',
  innerJoinLateral: 'inner',
  leftJoinLateral: 'left',
  crossJoinLateral: 'cross',
  crossApply: 'cross',
  outerApply: 'left',
};

/** One source, or all of a list. */
export const sourcesIn = (c: Context, ref: Ref | undefined, span: Span): readonly From[] => {
  if (ref === undefined) return [];
  const [shape] = c.flow.shapes(ref);
  return shape?.kind === 'list'
    ? shape.items.map(({ value }) => sourceIn(c, value, spanIn(c, value)))
    : [sourceIn(c, ref, ref.file === c.site.file ? spanIn(c, ref) : span)];
};

export const sourceIn = (c: Context, ref: Ref, span: Span, lateral = false): From => {
  const [name, other] = namesIn(c, ref);
  if (name !== undefined && other === undefined) return tableNamed(c, name, span);
  const built = queryIn(c, ref);
  if (built !== undefined)
    return {
      kind: 'derived',
      query: built.query,
      ...(built.alias === undefined ? {} : { alias: built.alias }),
      lateral,
      span,
    };
  const raw = rawSource(c, ref, span);
  if (raw !== undefined) return raw;
  const [shape] = c.flow.shapes(ref);
  if (shape?.kind === 'function') {
    const [returned] = c.flow.callback(shape.function).returns;
    const inner = returned === undefined || c.depth > 12 ? undefined : returned.value;
    if (inner !== undefined) return sourceIn({ ...c, depth: c.depth + 1 }, inner, span, lateral);
  }
  const text = c.flow.print(ref);
  c.notes.add(`table ${text}`);
  return { kind: 'opaque-from', why: `the table ${text} comes from elsewhere`, span };
};

/** `sql`…`.as('x')`, `sql.table('t')`, `db.dynamic.table('t').as('x')`, `values(rows, 'x')`. */
const rawSource = (c: Context, ref: Ref, span: Span): From | undefined => {
  const { root, steps } = c.flow.chain(ref);
  const as = steps.findLast((step): step is CallStep => step.kind === 'call' && step.name === 'as')?.args[0];
  const alias = as === undefined ? undefined : (nameIn(c, as) ?? aliasText(c, as));
  const under = alias === undefined ? {} : { alias: sentName(c, alias) };
  const at = steps.findLastIndex((step, i) => step.kind === 'call' && /^(?:table|id|ref)$/.test(named(steps, i)));
  const table = steps[at];
  const text = table?.kind === 'call' ? nameIn(c, table.args[0]) : undefined;
  if (text !== undefined && root.kind === 'package' && isKysely(root.module))
    return { ...tableNamed(c, text, span), ...under };
  const tag = steps.findLast((step) => step.kind === 'tag');
  if (tag?.kind !== 'tag' || root.kind !== 'package' || !isKysely(root.module)) return undefined;
  const { text: written } = writtenIn(c, tag.template, tag.ref);
  const plain = /^\s*((?:"?[\w$]+"?\.)?"?[\w$]+"?)(?:\s+(?:as\s+)?"?(\w+)"?)?\s*$/i.exec(written);
  if (plain !== null) {
    const parts = (plain[1] ?? '').replaceAll('"', '').split('.');
    return {
      kind: 'table',
      name: { parts, span },
      ...(plain[2] === undefined ? {} : { alias: plain[2] }),
      ...under,
      span,
    };
  }
  if (/\b(?:from|join|table)\b/i.test(written) || /^\s*\ue000/.test(written)) {
    c.notes.add(`table ${c.flow.print(ref)}`);
    return { kind: 'opaque-from', why: 'a table in SQL text', ...under, span };
  }
  return { kind: 'function', call: operation('sql', [], span), ...under, lateral: true, span };
};

/** `sql`x(a, b)`` as an alias. */
const aliasText = (c: Context, ref: Ref): string | undefined => {
  const tag = c.flow.chain(ref).steps.at(-1);
  if (tag?.kind !== 'tag') return undefined;
  return /^\s*"?(\w+)/.exec(writtenIn(c, tag.template, tag.ref).text)?.[1];
};

/** The first source with all that is joined to it. */
export const joinedFrom = (c: Context, calls: readonly CallStep[], first: From): From => {
  let from = first;
  for (const call of calls) {
    const type = own(joins, call.name);
    const [table, ...on] = call.args;
    if (type === undefined || table === undefined) continue;
    const span = spanOf(c, call);
    const right = sourceIn(c, table, spanIn(c, table), /Lateral|Apply/.test(call.name));
    const joined = onOf(c, on, span);
    from = {
      kind: 'join',
      type,
      left: from,
      right,
      ...(joined === undefined ? {} : { on: joined }),
      ...(call.when.length > 0 ? { optional: true } : {}),
      span,
    };
  }
  return from;
};

/** `('a.x', 'b.y')` or `(join) => join.onRef(…)`. */
export const onOf = (c: Context, [first, second]: readonly Ref[], span: Span): Expr | undefined => {
  if (first === undefined) return undefined;
  if (second !== undefined) return equals(reference(c, first), reference(c, second), span);
  return choice(
    c.flow.shapes(first).flatMap((shape): readonly Expr[] => {
      if (shape.kind !== 'function') return [opaque('a join that is put together elsewhere', span)];
      const options = c.flow.callback(shape.function).returns.map(({ value }) => {
        const { steps } = c.flow.builder(value);
        const base = steps.findLastIndex(({ kind }) => kind === 'callback' || kind === 'instance');
        const calls = steps
          .slice(base + 1)
          .filter((step): step is CallStep => step.kind === 'call' && step.discarded !== true);
        return conditionsOf(c, calls, 'on', span) ?? truth(span);
      });
      return options.length === 0 ? [truth(span)] : options;
    }),
    span,
  );
};
