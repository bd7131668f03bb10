/** Tables and columns as an expression names them. */
import type { Chain, Ref, Step } from '../../flow/flow';
import type { Column, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import type { Build } from '../build/build';
import { column } from '../build/expr';
import type { Model } from '../build/model';
import type { DrizzleData } from './models';
import { isDrizzle, madeIn, readTable, textOf } from './tables';

export interface Context extends Build {
  readonly data: DrizzleData;
  /** Names that tables go by in relational queries, by table key. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Operators that a callback takes apart under other names: `(t, { eq: same }) => same(t.id, x)`. */
  readonly operators: ReadonlyMap<string, string>;
}

export type CallStep = Step & { readonly kind: 'call' };

export const emptyData: DrizzleData = { byKey: new Map(), byName: new Map(), casing: undefined };

/** What stands in FROM or before a column. */
export type Source =
  | { readonly kind: 'table'; readonly model: Model; readonly alias: string | undefined; readonly at: number }
  /** `query.as('name')`, `db.$with('name').as(query)`. */
  | { readonly kind: 'subquery'; readonly alias: string; readonly query: Chain; readonly at: number };

/** `at`: the last step that belongs to it. */
export const sourceIn = (c: Context, chain: Chain): Source | undefined => {
  const made = madeIn(chain);
  if (made !== undefined) {
    const model = c.data.byKey.get(made.key)?.model ?? readTable(c.flow, made, c.data.casing);
    return model === undefined ? undefined : { kind: 'table', model, alias: undefined, at: made.index };
  }
  const { root, steps } = chain;
  const [first] = steps;
  if (root.kind === 'package' && isAlias(first?.kind === 'call' && first.name !== '' ? first.name : root.name)) {
    const call = first;
    const [table, name] = call?.kind === 'call' ? call.args : [];
    const inner = table === undefined ? undefined : sourceIn(c, c.flow.chain(table));
    return inner?.kind === 'table' ? { ...inner, alias: textOf(c.flow, name), at: 0 } : undefined;
  }
  const as = steps.findIndex((step) => step.kind === 'call' && step.name === 'as');
  const call = steps[as];
  if (call?.kind !== 'call') return undefined;
  const named = steps.slice(0, as).findLast((step): step is CallStep => step.kind === 'call' && step.name === '$with');
  const alias = textOf(c.flow, named === undefined ? call.args[0] : named.args[0]);
  const given = named === undefined ? undefined : call.args[0];
  if (alias === undefined || (named !== undefined && given === undefined)) return undefined;
  const query = given === undefined ? { ...chain, steps: steps.slice(0, as) } : c.flow.chain(given);
  return { kind: 'subquery', alias, query, at: as };
};

const isAlias = (name: string): boolean => name === 'alias' || name === 'aliasedTable';

export const tableRef = (c: Context, source: Source & { readonly kind: 'table' }, span: Span): TableRef => {
  const name = source.alias ?? c.aliases.get(source.model.name);
  const parts = source.model.table;
  return {
    kind: 'table',
    name: { parts, span },
    ...(name === undefined || name === parts.at(-1) ? {} : { alias: name }),
    span,
  };
};

export const nameOf = (c: Context, source: Source): string =>
  source.kind === 'subquery'
    ? source.alias
    : (source.alias ?? c.aliases.get(source.model.name) ?? source.model.table.at(-1) ?? '');

/** `users.tenantId`, `sq.tenantId`; undefined for everything else. */
export const columnIn = (c: Context, ref: Ref, span: Span): Column | undefined => {
  const chain = c.flow.chain(ref);
  const source = sourceIn(c, chain);
  const member = source === undefined ? undefined : chain.steps[source.at + 1];
  if (source === undefined || member?.kind !== 'member') return undefined;
  if (source.kind === 'table')
    return column(nameOf(c, source), source.model.fields.get(member.name)?.column ?? member.name, span);
  return column(source.alias, outputName(c, source.query, member.name), span);
};

/** Fields that a subquery selects go by their keys; where it selects all, columns keep their own names. */
const outputName = (c: Context, query: Chain, name: string): string => {
  const call = query.steps.findLast((step): step is CallStep => step.kind === 'call' && step.name.startsWith('select'));
  if (call === undefined || call.args.length > 0) return name;
  const from = query.steps.findLast((step): step is CallStep => step.kind === 'call' && step.name === 'from');
  const [table] = from?.args ?? [];
  const source = table === undefined ? undefined : sourceIn(c, c.flow.chain(table));
  return source?.kind === 'table' ? (source.model.fields.get(name)?.column ?? name) : name;
};

const handleNames = /^(?:drizzle|withReplicas|\w*Database|\w*Transaction|\w*Tx)$/;

/** A database or transaction of Drizzle, by package. */
export const isProven = ({ root }: Chain): boolean =>
  root.kind === 'package' && isDrizzle(root.module) && handleNames.test(root.name);
