/** The wording of reasons: made here, shown everywhere. */
import type { Expr } from '../query/model';
import { shownId } from '../query/print';
import { partsOf, someExpr } from '../query/walk';
import type { Analysis } from './analysis';
import { chainText } from './chain';
import { factsFor } from './facts';
import type { Crossing } from './groups';
import { resolveColumn } from './names';
import type { Reason, TableBinding } from './route';
import { type Node, type Rel, relNode, type Scope } from './scope';

export const tableName = (rel: Rel): string => (rel.table ? rel.table.name.join('.') : rel.ref.name.parts.join('.'));

export const showIds = (ids: readonly string[]): string =>
  ids.slice(0, 5).map(showId).join(', ') + (ids.length > 5 ? ', …' : '');

/** `=5` is the literal 5, `$x` the parameter x, `$x@file:12` the value x of the host, `(…)` an expression. */
function showId(id: string): string {
  if (id.startsWith('=')) return id.slice(1);
  const bare = shownId(id);
  return bare !== id && bare.startsWith('$') ? bare.slice(1) : bare.replace(/^\$(?=[:?@%$])/, '');
}

/** Why this table use reaches what it reaches. */
export function reasonsFor(rel: Rel, analysis: Analysis): readonly Reason[] {
  const table = rel.table;
  const name = tableName(rel);
  const span = rel.ref.name.span;
  if (!table)
    return [
      {
        code: 'unknown-table',
        text: `\`${name}\` is not in the shard map; it is taken as one ordinary database`,
        span,
      },
    ];
  if (table.kind === 'reference')
    return [{ code: 'reference', text: `\`${name}\` is a reference table: every shard has a copy`, span }];
  if (table.kind === 'unsharded') return [{ code: 'unsharded', text: `\`${name}\` is not sharded`, span }];
  if (table.kind === 'single-shard')
    return [{ code: 'unsharded', text: `\`${name}\` lies on one shard as a whole`, span }];
  const { reach, how, ids, via = table.shardKey } = analysis.reach(rel);
  const key = via.join(', ');
  switch (reach) {
    case 'none':
      return [{ code: 'contradiction', text: `no value of \`${key}\` fits all predicates on \`${name}\``, span }];
    case 'single': {
      const where = bindingPredicate(rel, via[0] ?? '', analysis);
      if (!where) return [{ code: 'pinned', text: `\`${name}\` is bound to \`${key}\` = ${showIds(ids)}`, span }];
      return [
        {
          code: where.direct ? 'pinned' : 'pinned-through',
          text: `\`${name}.${key}\` = ${showIds(ids)}${throughText(where, rel, analysis)}`,
          span: where.span,
        },
      ];
    }
    case 'subset': {
      const where = bindingPredicate(rel, via[0] ?? '', analysis);
      const values = how === 'range' ? 'bound to a range' : `one of ${showIds(ids)}`;
      return [
        {
          code: 'subset',
          text: `\`${name}.${key}\` is ${values}${where ? throughText(where, rel, analysis) : ''}`,
          span: where?.span ?? span,
        },
      ];
    }
    case 'unknown':
      return [
        {
          code: 'open',
          text: `whether \`${name}\` is bound by \`${key}\` is decided where the source does not show it`,
          span,
        },
      ];
    case 'scatter':
      return unbound(rel, analysis);
  }
}

/** By which equalities the predicate speaks of this table's key; nothing where it names the key itself. */
function throughText({ direct, node }: BindingPredicate, rel: Rel, analysis: Analysis): string {
  if (direct) return '';
  const chain = node && chainText(rel, rel.table?.shardKey[0] ?? '', node, analysis);
  return ` through ${chain ?? 'the join'}`;
}

interface BindingPredicate {
  readonly span: Reason['span'];
  /** It names the column itself; else the column `node`, which equals it. */
  readonly direct: boolean;
  readonly node?: Node;
}

/** The predicate that fixes a column, and whether it names that column itself. */
export function bindingPredicate(rel: Rel, column: string, analysis: Analysis): BindingPredicate | undefined {
  const equals = analysis.binder.equals(rel, column);
  const own = relNode(rel, column);
  let through: BindingPredicate | undefined;
  for (const fact of factsFor(rel)) {
    if (fact.what.kind !== 'predicate') continue;
    const { expr } = fact.what;
    if (expr.kind !== 'compare' && expr.kind !== 'in' && expr.kind !== 'or' && expr.kind !== 'between') continue;
    const nodes = columnsIn(expr, fact.scope);
    if (nodes.length === 1 && nodes[0] === own) return { span: expr.span, direct: true };
    if (nodes.length === 1 && nodes[0] && equals.has(nodes[0]))
      through ??= { span: expr.span, direct: false, node: nodes[0] };
  }
  return through;
}

function columnsIn(expr: Expr, scope: Scope, into: Node[] = []): readonly Node[] {
  if (expr.kind === 'column') {
    const node = resolveColumn(expr, scope)?.node;
    if (node) into.push(node);
  } else for (const part of partsOf(expr)) columnsIn(part, scope, into);
  return into;
}

/** Why no predicate binds the key: it is hidden in an expression, only a range, only in one OR branch, or not there. */
function unbound(rel: Rel, analysis: Analysis): readonly Reason[] {
  const found = namedInVain(rel, analysis);
  if (found.length > 0) return found;
  const text = `no predicate binds \`${rel.table?.shardKey.join(', ') ?? ''}\` of \`${tableName(rel)}\``;
  return [{ code: 'unbound', text, span: rel.ref.name.span }];
}

/** Predicates that name the key and still do not bind it. */
export function namedInVain(rel: Rel, analysis: Analysis): readonly Reason[] {
  const found: Reason[] = [];
  for (const column of rel.table?.shardKey ?? []) {
    const equals = analysis.binder.equals(rel, column);
    for (const fact of factsFor(rel)) {
      if (fact.what.kind !== 'predicate') continue;
      const { expr } = fact.what;
      const isKey = (one: Expr): boolean =>
        one.kind === 'column' && equals.has(resolveColumn(one, fact.scope)?.node ?? '');
      if (!someExpr(expr, isKey)) continue;
      if (expr.kind === 'or')
        found.push({ code: 'or-unbound', text: `a branch of the OR does not bind \`${column}\``, span: expr.span });
      else if (isRange(expr, isKey))
        found.push({
          code: 'range-on-hash',
          text: `\`${column}\` is hashed: a range of it lies on every shard`,
          span: expr.span,
        });
      else if (hides(expr, isKey))
        found.push({
          code: 'hidden',
          text: `\`${column}\` stands inside an expression, which does not bind it`,
          span: expr.span,
        });
    }
  }
  return found;
}

const isRange = (expr: Expr, isKey: (one: Expr) => boolean): boolean =>
  (expr.kind === 'between' && isKey(expr.value)) ||
  (expr.kind === 'compare' && ['<', '<=', '>', '>='].includes(expr.op) && (isKey(expr.left) || isKey(expr.right)));

/** The key inside a function, cast or operator on one side of a comparison with values. */
function hides(expr: Expr, isKey: (one: Expr) => boolean): boolean {
  const wrapped = (one: Expr): boolean =>
    (one.kind === 'call' || one.kind === 'cast' || one.kind === 'operation') && someExpr(one, isKey);
  if (expr.kind === 'compare') return expr.op === '=' && (wrapped(expr.left) || wrapped(expr.right));
  return expr.kind === 'in' && wrapped(expr.left);
}

export function crossingReason(crossing: Crossing): Reason {
  const left = tableName(crossing.left);
  const right = tableName(crossing.right);
  const span = crossing.right.ref.name.span;
  switch (crossing.why) {
    case 'mixed': {
      const ordinary = crossing.left.table?.kind === 'sharded' ? right : left;
      return {
        code: 'mixed',
        text: `\`${ordinary}\` is not on the shards: its rows must be brought to the others`,
        span,
      };
    }
    case 'other-group':
      return { code: 'other-group', text: `\`${left}\` and \`${right}\` are not co-located`, span };
    case 'apart':
      return { code: 'subquery', text: `the rows of the subquery exist only above the shards`, span };
    case 'off-key':
      return crossing.subquery
        ? { code: 'subquery', text: `the subquery on \`${right}\` is not tied to \`${left}\` by their keys`, span }
        : { code: 'off-key-join', text: `\`${left}\` and \`${right}\` are not joined on their keys`, span };
  }
}

/** Its rows meet those of an earlier table on one shard, whichever that is: why a fan-out needs no more than that. */
export function coLocated(rel: Rel, sharded: readonly Rel[], analysis: Analysis): readonly Reason[] {
  const { reach } = analysis.reach(rel);
  if (reach !== 'scatter' && reach !== 'unknown') return [];
  const meets = (other: Rel): boolean =>
    other.table?.group === rel.table?.group &&
    (rel.table?.shardKey ?? []).every((column, i) =>
      analysis.binder.connected(relNode(rel, column), relNode(other, other.table?.shardKey[i] ?? '')),
    );
  const other = sharded.slice(0, sharded.indexOf(rel)).find(meets);
  if (!other) return [];
  const text = `\`${tableName(other)}\` and \`${tableName(rel)}\` meet on their keys: each shard has both`;
  return [{ code: 'co-located', text, span: rel.ref.name.span }];
}

export function bindingOf(rel: Rel, analysis: Analysis): TableBinding {
  const kind = rel.table?.kind;
  const { how, ids } = analysis.reach(rel);
  return {
    table: tableName(rel),
    alias: rel.alias,
    span: rel.ref.name.span,
    key: rel.table?.shardKey ?? [],
    how:
      kind === 'reference'
        ? 'reference'
        : kind === 'single-shard'
          ? 'single-shard'
          : kind === 'sharded'
            ? how
            : 'unsharded',
    values: ids,
  };
}
