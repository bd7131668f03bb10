/** Builds the scopes of a statement: FROM items, facts by where they hold, outputs, subqueries. */
import type { Cte, Expr, From, Join, Merge, Query, Select, SetOperation, TableRef } from '../query/model';
import { conjuncts, normalize } from '../query/normalize';
import { leavesOf, partsOf, queryIn } from '../query/walk';
import type { ShardTable } from '../shards/model';
import { aliasOf, commonColumns, countUses, firstWith, isOwnUse, isRead, rename, starOutputs } from './fromItems';
import { resolveColumn } from './names';
import { joinsOuter, type OwnerOf, ownerIn, strictItems } from './outerJoin';
import { emptyScope, type Item, isScope, type Link, outputNode, type Rel, rowNode, type Scope } from './scope';
import { partitionColumns } from './windows';

export interface Universe {
  readonly root: Scope;
  readonly scopes: readonly Scope[];
  readonly rels: readonly Rel[];
  /** Row sources whose table the source does not say. */
  readonly opaque: readonly { readonly why: string }[];
}

export interface BuildContext {
  table(name: readonly string[]): ShardTable | undefined;
  /** The rows of this CTE use are computed apart: no predicate around it reaches inside. */
  apart?(of: NonNullable<Scope['of']>, query: Query): boolean;
  /** What a derived table or CTE computes is not known around it. */
  hidesValues?(scope: Scope): boolean;
  /** Bare names are columns of the innermost query that may have them, whatever the others' lists of columns say. */
  readonly innerFirst?: boolean;
}

/** Views and CTEs nest at most so deep; deeper ones are read as unknown tables. */
const depthCap = 24;
/** CTEs that use each other twice double with each one: so many scopes are told apart. */
const scopeCap = 500;

interface Environment {
  readonly ctes: ReadonlyMap<
    string,
    { readonly cte: Cte; readonly scope: Environment; readonly recursive: boolean; uses: number }
  >;
  readonly depth: number;
}

/** Items of FROM whose NULL rows a predicate leaves out. */
interface Strict {
  readonly items: ReadonlySet<string>;
  readonly ownerOf: OwnerOf;
}

const noItems: ReadonlySet<string> = new Set();

const isCte = (ref: TableRef, env: Environment): boolean =>
  ref.name.parts.length === 1 && env.ctes.has(ref.name.parts[0]?.toLowerCase() ?? '');

export function buildUniverse(query: Query, context: BuildContext): Universe {
  const scopes: Scope[] = [];
  const rels: Rel[] = [];
  const opaque: { why: string }[] = [];

  function openScope(one: Query, parent: Scope | undefined, link: Link, of: Scope['of'] = undefined): Scope {
    const scope = emptyScope(scopes.length, one, parent, link, of, context.innerFirst === true);
    scopes.push(scope);
    parent?.children.push(scope);
    return scope;
  }

  function withCtes(one: Query, env: Environment): Environment {
    const clause = 'with' in one ? one.with : undefined;
    if (!clause || clause.ctes.length === 0) return env;
    const ctes = new Map(env.ctes);
    const inner: Environment = { ctes, depth: env.depth + 1 };
    for (const cte of clause.ctes)
      ctes.set(cte.name.toLowerCase(), { cte, scope: inner, recursive: clause.recursive, uses: 0 });
    countUses(one, ctes);
    return inner;
  }

  function fill(scope: Scope, env: Environment): Scope {
    const one = scope.query;
    const inner = withCtes(one, env);
    switch (one.kind) {
      case 'select':
        fillSelect(scope, one, inner);
        break;
      case 'set-operation':
        fillSetOperation(scope, one, inner);
        break;
      case 'values':
        scope.outputs = (one.rows[0] ?? []).map((value, i) => {
          const name = `column${i + 1}`;
          return one.rows.length === 1
            ? { name, expr: value, node: undefined }
            : { name, expr: undefined, node: rowNode(scope, 'values', name) };
        });
        for (const row of one.rows) for (const item of row) subqueries(scope, item, inner, false);
        break;
      case 'update':
      case 'delete': {
        addFrom(scope, one.from, one.where, inner);
        addWhere(scope, one.where, inner);
        if (one.kind === 'update') for (const set of one.set) subqueries(scope, set.value, inner, false);
        for (const item of one.returning ?? []) subqueries(scope, item.expr, inner, false);
        scope.outputs = (one.returning ?? []).map((item) => output(scope, item.expr, item.alias));
        break;
      }
      case 'insert':
        if (one.table.kind === 'table') addTable(scope, one.table, inner);
        else opaque.push({ why: one.table.why });
        if (typeof one.source === 'object' && one.source.kind !== 'opaque')
          fill(openScope(one.source, scope, 'scalar'), inner);
        scope.outputs = (one.returning ?? []).map((item) => output(scope, item.expr, item.alias));
        break;
      case 'merge':
        fillMerge(scope, one, inner);
        break;
      case 'other':
        for (const table of one.tables) addTable(scope, table, inner);
        break;
    }
    if (scope.link === 'derived' && context.hidesValues?.(scope)) scope.hidesValues = true;
    // Data-modifying CTEs run whether or not anything reads them.
    for (const { cte, scope: home } of new Set('with' in one ? inner.ctes.values() : [])) {
      if (home === inner && !isRead(cte.query) && !scopes.some((s) => s.query === cte.query))
        fill(openScope(cte.query, scope, 'scalar', { kind: 'cte', name: cte.name, uses: 0 }), inner);
    }
    return scope;
  }

  function fillMerge(scope: Scope, one: Merge, env: Environment): void {
    const target = one.target.kind === 'table' ? addTable(scope, one.target, env) : undefined;
    if (one.target.kind !== 'table') opaque.push({ why: one.target.why });
    addFrom(scope, [one.source], undefined, env);
    // Rows of the source that match nothing are inserted: ON filters the target alone then.
    const outer = one.actions.some((action) => action.action === 'insert');
    const holds = outer ? new Set(target ? [target] : []) : undefined;
    for (const part of conjuncts(normalize(one.on))) addPredicate(scope, part, holds, false, env, !outer);
  }

  function fillSelect(scope: Scope, one: Select, env: Environment): void {
    addFrom(scope, one.from, one.where, env);
    addWhere(scope, one.where, env);
    scope.sealed = Boolean(one.limit ?? one.offset);
    for (const item of one.items) subqueries(scope, item.expr, env, false);
    if (one.having) subqueries(scope, one.having, env, false);
    for (const expr of one.groupBy) subqueries(scope, expr, env, false);
    for (const item of one.orderBy) subqueries(scope, item.expr, env, false);
    for (const item of one.items) {
      if (item.expr.kind === 'star') scope.outputs.push(...starOutputs(scope, item.expr.qualifier));
      else scope.outputs.push(output(scope, item.expr, item.alias));
    }
    if (scope.link === 'derived') scope.lets = partitionColumns(scope, one);
  }

  function fillSetOperation(scope: Scope, one: SetOperation, env: Environment): void {
    scope.sealed = Boolean(one.limit ?? one.offset);
    const branches = [one.left, one.right].map((branch) => fill(openScope(branch, scope, 'branch'), env));
    const [first] = branches;
    scope.outputs = (first?.outputs ?? []).map((column, i) => ({
      name: column.name,
      expr: undefined,
      node: outputNode(scope, i),
    }));
    scope.outputsComplete = branches.every((branch) => branch.outputsComplete);
    for (const branch of branches) {
      branch.outputs.forEach((column, i) => {
        if (column.node)
          branch.facts.push({
            scope: branch,
            items: undefined,
            connects: false,
            what: { kind: 'equal', a: column.node, b: outputNode(scope, i) },
          });
      });
    }
  }

  function addTable(scope: Scope, ref: TableRef, env: Environment): Item {
    const last = ref.name.parts[ref.name.parts.length - 1] ?? '';
    const alias = (ref.alias ?? last).toLowerCase();
    const cte = ref.name.parts.length === 1 ? env.ctes.get(last.toLowerCase()) : undefined;
    if (cte && env.depth < depthCap) {
      const tooMany = scopes.length > scopeCap;
      if (tooMany && opaque.length === 0) opaque.push({ why: 'the CTEs use each other too often to be followed' });
      if (tooMany || (cte.recursive && isOwnUse(scope, cte.cte.query))) {
        scope.names.set(alias, 'function');
        return addWorkTable(scope, cte.cte.query, alias);
      }
      const { name, materialized } = cte.cte;
      const of = {
        kind: 'cte' as const,
        name,
        uses: cte.uses,
        ...(materialized !== undefined ? { materialized } : {}),
      };
      const child = fill(openScope(cte.cte.query, scope, 'derived', of), { ...cte.scope, depth: env.depth + 1 });
      rename(child, ref.columns ?? cte.cte.columns);
      if (context.apart?.(of, cte.cte.query)) child.sealed = true;
      scope.names.set(alias, child);
      return child;
    }
    const table = context.table(ref.name.parts);
    if (table?.kind === 'view' && table.definition && env.depth < depthCap) {
      const child = fill(openScope(table.definition, scope, 'derived', { kind: 'view', name: last, uses: 1 }), {
        ctes: new Map(),
        depth: env.depth + 1,
      });
      rename(child, ref.columns ?? [...table.columns.keys()]);
      scope.names.set(alias, child);
      return child;
    }
    const rel: Rel = { id: rels.length, ref, table, alias, scope };
    rels.push(rel);
    scope.rels.push(rel);
    // `keyspace.table.column` resolves by the last part; a second use of a name keeps the first.
    if (!scope.names.has(alias)) scope.names.set(alias, rel);
    else scope.names.set(`${alias}#${rel.id}`, rel);
    return rel;
  }

  /** A recursive CTE's use of itself reads rows that its own branches made: its columns are the set operation's outputs. */
  function addWorkTable(scope: Scope, body: Query, alias: string): Item {
    let home: Scope | undefined = scope;
    while (home && home.query !== body) home = home.parent;
    const columns = (home?.children[0]?.outputs ?? []).map((column, i) => ({
      name: column.name,
      expr: undefined,
      node: home ? outputNode(home, i) : undefined,
    }));
    const work = openScope({ kind: 'values', rows: [], orderBy: [], span: body.span }, scope, 'derived');
    work.outputs = columns;
    scope.names.set(alias, work);
    return work;
  }

  function addFrom(scope: Scope, from: readonly From[], where: Expr | undefined, env: Environment): void {
    const outer = from.some(joinsOuter);
    const ownerOf = ownerIn(from, (ref) => (isCte(ref, env) ? undefined : context.table(ref.name.parts)?.columns));
    const strict: Strict = { items: outer ? strictItems(where, from, ownerOf) : noItems, ownerOf };
    for (const item of from) addItem(scope, item, undefined, strict, env);
  }

  /** Adds one FROM item and answers the items that it brought. `context`: the nullable side that it stands in. */
  function addItem(
    scope: Scope,
    item: From,
    context: Set<Item> | undefined,
    strict: Strict,
    env: Environment,
  ): readonly Item[] {
    const added = ((): readonly Item[] => {
      switch (item.kind) {
        case 'table':
          return [addTable(scope, item, env)];
        case 'derived': {
          const child = openScope(item.query, scope, 'derived');
          fill(child, env);
          rename(child, item.columns);
          scope.names.set((item.alias ?? `#derived${child.id}`).toLowerCase(), child);
          return [child];
        }
        case 'function':
          if (item.alias) scope.names.set(item.alias.toLowerCase(), 'function');
          subqueries(scope, item.call, env, false);
          return [];
        case 'opaque-from':
          opaque.push({ why: item.why });
          if (item.alias) scope.names.set(item.alias.toLowerCase(), 'function');
          return [];
        case 'join':
          return addJoin(scope, item, context, strict, env);
      }
    })();
    if (item.kind !== 'join') {
      for (const one of added) {
        context?.add(one);
        if (isScope(one)) one.context = context;
      }
    }
    return added;
  }

  function addJoin(
    scope: Scope,
    item: Join,
    context: Set<Item> | undefined,
    strict: Strict,
    env: Environment,
  ): readonly Item[] {
    const aliases = (side: From) => leavesOf([side]).map((leaf) => aliasOf(leaf));
    const filtered = (side: From) => aliases(side).some((alias) => strict.items.has(alias));
    // A WHERE that no NULL row passes turns the outer join into an inner one.
    const leftNullable = (item.type === 'right' || item.type === 'full') && !filtered(item.left);
    const rightNullable = (item.type === 'left' || item.type === 'full') && !filtered(item.right);
    const contextOf = (nullable: boolean) => (nullable ? new Set<Item>() : context);
    const leftContext = contextOf(leftNullable);
    const rightContext = contextOf(rightNullable);
    // ON filters what can be left out: both sides of an inner join, the nullable one of an outer join.
    const on = strictItems(item.on, [item], strict.ownerOf);
    const both = leftNullable && rightNullable;
    const within = (filters: boolean) =>
      filters && on.size > 0 ? { ...strict, items: new Set([...strict.items, ...on]) } : strict;
    const left = addItem(scope, item.left, leftContext, within(!rightNullable), env);
    const right = addItem(scope, item.right, rightContext, within(!leftNullable), env);
    if (context) for (const one of [...left, ...right]) context.add(one);
    const holds = both ? new Set<Item>() : leftNullable ? leftContext : rightNullable ? rightContext : context;
    if (item.on)
      for (const part of conjuncts(normalize(item.on)))
        addPredicate(scope, part, holds, both, env, !leftNullable && !rightNullable);
    for (const name of item.using ?? commonColumns(item, left, right)) {
      const a = firstWith(left, name);
      const b = firstWith(right, name);
      if (a && b) scope.facts.push({ scope, items: holds, connects: both, what: { kind: 'equal', a, b } });
      if (b && item.type === 'right') scope.merged.set(name.toLowerCase(), b);
    }
    return [...left, ...right];
  }

  function addWhere(scope: Scope, where: Expr | undefined, env: Environment): void {
    if (!where) return;
    for (const part of conjuncts(normalize(where))) addPredicate(scope, part, undefined, false, env, true);
  }

  function addPredicate(
    scope: Scope,
    expr: Expr,
    items: ReadonlySet<Item> | undefined,
    connects: boolean,
    env: Environment,
    filters: boolean,
  ): void {
    scope.facts.push({ scope, items, connects, what: { kind: 'predicate', expr } });
    const negated = expr.kind === 'not';
    const core = negated ? expr.arg : expr;
    if (core.kind === 'exists') {
      const child = openScope(core.query, scope, negated || !filters ? 'anti' : 'semi');
      child.context = items;
      fill(child, env);
      // Whether there is a row does not depend on how many of them are wanted.
      if (core.query.kind === 'select' && !core.query.offset) child.sealed = false;
      return;
    }
    if (core.kind === 'in' && !Array.isArray(core.items)) {
      const anti = negated !== core.negated;
      const child = openScope(core.items as Query, scope, anti || !filters ? 'anti' : 'semi');
      child.context = items;
      fill(child, env);
      const lefts = core.left.kind === 'row' ? core.left.items : [core.left];
      lefts.forEach((left, i) => {
        subqueries(scope, left, env, false);
        const a = left.kind === 'column' ? resolveColumn(left, scope) : undefined;
        const b = child.outputs[i]?.node;
        if (a?.node && b)
          child.facts.push({
            scope: child,
            items: undefined,
            connects: false,
            what: { kind: 'equal', a: a.node, b, ...(anti ? { negated: true } : {}) },
          });
      });
      return;
    }
    subqueries(scope, expr, env, false);
  }

  /** Opens a scope for every subquery below; they bind nothing outside of themselves. */
  function subqueries(scope: Scope, expr: Expr, env: Environment, _top: boolean): void {
    const inside = queryIn(expr);
    if (inside) fill(openScope(inside, scope, 'scalar'), env);
    for (const part of partsOf(expr)) subqueries(scope, part, env, false);
  }

  function output(scope: Scope, expr: Expr, alias: string | undefined): Scope['outputs'][number] {
    const bare = expr.kind === 'column' ? resolveColumn(expr, scope) : undefined;
    const name = alias ?? (expr.kind === 'column' ? expr.name : expr.kind === 'call' ? expr.name : '?column?');
    return {
      name: name.toLowerCase(),
      expr: bare?.expr ?? (bare?.node ? undefined : expr),
      node: bare?.node,
      ...(bare?.hidden ? { hidden: true } : {}),
    };
  }

  const root = openScope(query, undefined, 'root');
  fill(root, { ctes: new Map(), depth: 0 });
  return { root, scopes, rels, opaque };
}
