/** `sql` fragments inside of built statements: plain comparisons are read, of all else the tables count. */
import type { Ref } from '../../flow/flow';
import type { Template } from '../../hosts/host';
import type { Expr, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { choice, exists, opaque, operation } from '../build/expr';
import { readFragment } from '../build/fragment';
import { select } from '../build/statements';
import { valueExpr } from '../build/value';
import { operand, saidIn } from './expression';
import { isKysely } from './handle';
import { type Context, columnNamed, nameIn, sentName } from './names';

interface Hole {
  readonly ref: Ref;
  readonly many: boolean;
}

export interface Written {
  /** With marks for values. */
  readonly text: string;
  readonly holes: readonly Hole[];
}

const mark = (index: number): string => `\ue000${index}\ue001`;

const quoted = (c: Context, text: string): string =>
  text
    .split('.')
    .map((part) => `"${sentName(c, part)}"`)
    .join('.');

export const writtenIn = (c: Context, template: Template, ref: Ref, holes: Hole[] = [], depth = 0): Written => {
  const hole = (one: Ref, many = false): string => mark(holes.push({ ref: one, many }) - 1);
  const text = template.parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      const at: Ref = { ...ref, value: part.value };
      const { root, steps } = c.flow.chain(at);
      const last = steps.at(-1);
      if (last === undefined || depth > 6) return hole(at);
      const ours = root.kind === 'package' && isKysely(root.module);
      if (last.kind === 'tag' && ours) return writtenIn(c, last.template, last.ref, holes, depth + 1).text;
      if (last.kind !== 'call') return hole(at);
      const [first] = last.args;
      const name = nameIn(c, first);
      if (/^(?:ref|id|table|column|identifier)$/.test(last.name) && name !== undefined) return quoted(c, name);
      if (!ours || first === undefined) return hole(at);
      if (last.name === 'raw' && name !== undefined) return name;
      return /^(?:lit|literal|val|value)$/.test(last.name) ? hole(first) : hole(at, last.name === 'join');
    })
    .join('');
  return { text, holes };
};

/** The tables that a subquery in the text reads. */
const tablesIn = (text: string, span: Span): readonly TableRef[] =>
  !/\bselect\b/i.test(text)
    ? []
    : [...text.matchAll(/\b(?:from|join)\s+((?:"?[\w$]+"?\.)?"?[a-z_][\w$]*"?)(?!\s*\()/gi)].map(([, name = '']) => ({
        kind: 'table',
        name: { parts: name.replaceAll('"', '').split('.'), span },
        span,
      }));

export const fragment = (c: Context, template: Template, ref: Ref, span: Span, isCondition: boolean): Expr => {
  const { text, holes } = writtenIn(c, template, ref);
  const alone = /^\s*\(*\s*\ue000(\d+)\ue001\s*(?:::\s*"?\w+"?(?:\[\])?)?\s*\)*\s*(?:::\s*\w+(?:\[\])?)?\s*$/.exec(
    text,
  );
  const only = alone === null ? undefined : holes[Number(alone[1])]?.ref;
  if (only !== undefined)
    return isCondition ? (saidIn(c, only, 'condition')?.expr ?? opaque('SQL text', span)) : operand(c, only);
  const any = /^\s*any\s*\(\s*\(?\s*\ue000(\d+)\ue001\s*\)?\s*(?:::\s*\w+(?:\[\])?)?\s*\)\s*$/i.exec(text);
  const list = any === null ? undefined : holes[Number(any[1])]?.ref;
  if (list !== undefined && !isCondition) {
    const value = operand(c, list);
    return operation('any', [value.kind === 'param' ? { ...value, many: true } : value], span);
  }
  const plain = /^\s*((?:"[^"]+"\.)*"[^"]+"|[a-z_]\w*(?:\.\w+)*)\s*$/i.exec(text)?.[1];
  if (plain !== undefined && holes.length === 0 && !/^(?:null|true|false|default|now|current_\w+)$/i.test(plain))
    return columnNamed({ ...c, casing: undefined }, plain.replaceAll('"', ''), span);
  const tables = tablesIn(text, span);
  if (tables.length > 0) return exists(select(tables, span, { where: opaque('SQL text', span) }), span);
  const counted = /^\s*(count|sum|avg|min|max)\s*\(/i.exec(text)?.[1];
  if (counted !== undefined && !isCondition && !/\bover\b/i.test(text))
    return { kind: 'call', name: counted.toLowerCase(), args: [operation('sql', [], span)], aggregate: true, span };
  const queries = holes.flatMap((one): readonly Expr[] => {
    const said = saidIn(c, one.ref)?.expr;
    return said?.kind === 'subquery' ? [said] : [];
  });
  if (!isCondition) return operation('sql', queries, span);
  return inQueries(
    readFragment(
      text,
      {
        column: (qualifier, name) =>
          columnNamed({ ...c, casing: undefined }, qualifier === '' ? name : `${qualifier}.${name}`, span),
        value: (name, _, many) => {
          const hole = holes[Number(/\d+/.exec(name)?.[0])];
          if (hole === undefined) return undefined;
          const value = hole.many ? joinedIn(c, hole.ref) : operand(c, hole.ref);
          return many && value.kind === 'param' ? { ...value, many: true } : value;
        },
      },
      () => span,
    ),
  );
};

/** `sql.join(ids)` is the list of `ids`. */
const joinedIn = (c: Context, ref: Ref): Expr => {
  const last = c.flow.chain(ref).steps.at(-1);
  const [items] = last?.kind === 'call' ? last.args : [];
  const made = items === undefined ? undefined : valueExpr(c, items);
  return made?.kind === 'param' ? { ...made, many: true } : operation('join', [], ref.value.span);
};

/** `x in (${query})`. */
const inQueries = (expr: Expr): Expr => {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return { ...expr, args: expr.args.map(inQueries) };
    case 'not':
      return { ...expr, arg: inQueries(expr.arg) };
    case 'choice':
      return choice(expr.options.map(inQueries), expr.span);
    case 'in': {
      const [item, more] = Array.isArray(expr.items) ? (expr.items as readonly Expr[]) : [];
      return item?.kind === 'subquery' && more === undefined ? { ...expr, items: item.query } : expr;
    }
    default:
      return expr;
  }
};
