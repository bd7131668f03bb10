/** Drizzle: tables and relations in code; select, insert, update and delete builders; relational queries; `$count`. */

import type { Chain, End, Flow, Step } from '../flow/flow';
import type { CallValue, Value } from '../hosts/host';
import type { Query } from '../query/model';
import type { TextEdit } from '../text/edits';
import { own } from '../text/own';
import { openBuild } from './build/build';
import { methodOf } from './build/chainEdits';
import { makeFound } from './build/found';
import { handedIn } from './build/handedIn';
import { countStar, select } from './build/statements';
import { transactionAround } from './build/transaction';
import { boundBuilder, boundRelational } from './drizzle/bind';
import { type CallStep, type Context, emptyData, isProven, sourceIn, tableRef } from './drizzle/context';
import { type DrizzleData, type DrizzleTable, nearest, readDrizzle } from './drizzle/models';
import { relationalQuery } from './drizzle/relational';
import { queryOf, setOperations, whereOf } from './drizzle/select';
import { isDrizzle } from './drizzle/tables';
import { written } from './drizzle/write';
import { defineOrm, type Found, type Operation, type Site } from './orm';

const starts: ReadonlySet<string> = new Set([
  'select',
  'selectDistinct',
  'selectDistinctOn',
  'insert',
  'update',
  'delete',
]);

interface Sent {
  readonly operation: Operation;
  readonly variants: readonly Query[];
  readonly chain: Chain;
  readonly step: CallStep;
  readonly confidence: Found['confidence'];
}

const contextOf = (flow: Flow, site: Site, data: DrizzleData, notes: Set<string>): Context => ({
  ...openBuild(flow, flow.ref(site.value), notes),
  data,
  aliases: new Map(),
  operators: new Map(),
});

const callOf = (
  chain: Chain,
  call: CallValue,
): { readonly step: CallStep; readonly rest: readonly CallStep[] } | undefined => {
  const at = chain.steps.findIndex((step) => step.kind === 'call' && step.call === call);
  const step = chain.steps[at];
  if (step?.kind !== 'call') return undefined;
  return { step, rest: chain.steps.slice(at).filter((one): one is CallStep => one.kind === 'call') };
};

// ── builders ────────────────────────────────────────────────────────────────────────────────────────────────────

const readBuilder = (
  site: Site,
  call: CallValue,
  name: string,
  flow: Flow,
  data: DrizzleData,
  notes: Set<string>,
): Sent | undefined => {
  const own = flow.call(call);
  if (isOfOthers(own)) return undefined;
  const proven = isProven(own);
  const c = contextOf(flow, site, data, notes);
  // The table itself proves what no type says.
  const tableProves = (rest: readonly CallStep[]): boolean => {
    const holder = name.startsWith('select') ? rest.find((one) => one.name === 'from') : rest[0];
    const [arg] = holder?.args ?? [];
    return arg !== undefined && sourceIn(c, flow.chain(arg)) !== undefined;
  };
  const direct = callOf(own, call);
  if (!proven && own.root.kind === 'value') return undefined;
  if (!name.startsWith('select') && !proven && (direct === undefined || !tableProves(direct.rest))) return undefined;
  const { ends } = flow.life(call);
  const used = ends.filter((end) => !isPart(end, flow, c));
  if (ends.length > 0 && used.length === 0) return undefined;
  const chains = used.length > 0 ? used.map((end) => end.chain) : [own];
  const found = chains.flatMap((chain) => {
    const at = callOf(chain, call);
    if (at === undefined || (!proven && !tableProves(at.rest))) return [];
    if (!name.startsWith('select')) {
      const made = written(c, at.rest);
      return made === undefined ? [] : [{ ...made, step: at.step, chain }];
    }
    const query = queryOf(c, chain, site.value.span);
    return query === undefined ? [] : [{ query, operation: operationOf(query), step: at.step, chain }];
  });
  const [first] = found;
  if (first === undefined) return undefined;
  return {
    operation: first.operation,
    variants: distinct(found.map((one) => one.query)),
    chain: first.chain,
    step: first.step,
    confidence: 'certain',
  };
};

/** Paths that are not in the workspace may lead anywhere; other packages are known to be something else. */
const isPathLike = (module: string): boolean => /^(?:\.|@\/|~|#|\/)/.test(module);

/**
 * A value of another package. What such a package hands to a callback is whatever it was given (`ctx.db` of a router), and
 * what is taken out of its object by a name (`c.get('db')`, `request.server.db`) may be what the project put there.
 */
const isOfOthers = (chain: Chain): boolean => {
  const { root, steps } = chain;
  if (root.kind !== 'package' || isDrizzle(root.module) || isPathLike(root.module) || handedIn(chain) > 0) return false;
  const [made, taken, more] = steps;
  return made?.kind !== 'instance' || more === undefined || !(taken?.kind === 'member' || isNamed(taken));
};

const isNamed = (step: Step | undefined): boolean =>
  step?.kind === 'call' && step.args.length === 1 && step.args[0]?.value.kind === 'literal';

/** Ends that look the same send the same. */
const distinct = (queries: readonly Query[]): readonly Query[] => {
  const seen = new Set<string>();
  return queries.filter((query) => {
    const text = JSON.stringify(query, (key, value) =>
      key === 'span' ? undefined : typeof value === 'bigint' ? String(value) : value,
    );
    return !seen.has(text) && seen.add(text);
  });
};

const operationOf = (query: Query): Operation => {
  if (query.kind !== 'select') return 'select';
  const [item, ...more] = query.items;
  if (item?.expr.kind === 'call' && item.expr.name === 'count' && more.length === 0 && query.groupBy.length === 0)
    return 'count';
  const computed = query.items.some(({ expr }) => expr.kind === 'call' && expr.aggregate === true);
  return computed ? 'aggregate' : 'select';
};

const inside =
  /^(?:from|as|union|unionAll|intersect|intersectAll|except|exceptAll|with|\w*[jJ]oin\w*|exists|notExists|inArray|notInArray|select|values|where|having|orderBy|and|or|not|eq|ne|gt|gte|lt|lte|sql|set|extras)$/;

/** A subquery of another statement, or never sent at all. */
const isPart = (end: End, flow: Flow, c: Context): boolean => {
  const last = end.chain.steps.at(-1);
  if (last?.kind === 'call' && (last.name === 'toSQL' || last.name === 'getSQL')) return true;
  if (sourceIn(c, end.chain)?.kind === 'subquery') return true;
  if (end.how !== 'argument' || end.into === undefined) return false;
  const { value } = end.into;
  if (value.kind === 'template') return true;
  if (value.kind !== 'call') return false;
  const { callee } = value;
  const name = callee.kind === 'member' ? callee.property : callee.kind === 'name' ? callee.name : '';
  if (typeof name !== 'string' || !inside.test(name)) return false;
  const chain = flow.call(value);
  return callee.kind === 'member' || chain.root.kind !== 'function';
};

// ── the rest ────────────────────────────────────────────────────────────────────────────────────────────────────

const readRelational = (
  site: Site,
  call: CallValue,
  flow: Flow,
  data: DrizzleData,
  notes: Set<string>,
): Sent | undefined => {
  const chain = flow.call(call);
  const [query, member, step] = chain.steps.slice(-3);
  if (step?.kind !== 'call' || step.call !== call || query?.kind !== 'member' || !/^_?query$/.test(query.name))
    return undefined;
  const names = member?.kind === 'member' ? [member.name] : [];
  const proven = isProven(chain);
  const tables = names.flatMap((name): readonly DrizzleTable[] => {
    const table = nearest(data.byName.get(name), site.file.path);
    return table === undefined ? [] : [table];
  });
  if (tables.length === 0 && !proven) return undefined;
  if (!proven && isOfOthers(chain)) return undefined;
  const variants = tables.map((table) =>
    relationalQuery(contextOf(flow, site, data, notes), table, step.args[0], step.name, step.nameSpan),
  );
  if (variants.length === 0) notes.add('table');
  const unknown = select(
    [{ kind: 'opaque-from', why: 'the table is not known', span: step.nameSpan }],
    site.value.span,
  );
  return {
    operation: 'select',
    variants: variants.length > 0 ? variants : [unknown],
    chain,
    step,
    confidence: proven || tables.length > 0 ? 'certain' : 'likely',
  };
};

const readCount = (
  site: Site,
  call: CallValue,
  flow: Flow,
  data: DrizzleData,
  notes: Set<string>,
): Sent | undefined => {
  const chain = flow.call(call);
  const step = chain.steps.at(-1);
  if (step?.kind !== 'call' || step.call !== call) return undefined;
  const c = contextOf(flow, site, data, notes);
  const [table, where] = step.args;
  const source = table === undefined ? undefined : sourceIn(c, flow.chain(table));
  const isInside = flow.life(call).ends.some(({ how, into }) => how === 'argument' && into?.value.kind === 'object');
  if (source?.kind !== 'table' || isInside) return undefined;
  const query = select([tableRef(c, source, step.nameSpan)], site.value.span, {
    items: [countStar(step.nameSpan)],
    where: whereOf(c, where, step.nameSpan),
  });
  return { operation: 'count', variants: [query], chain, step, confidence: 'certain' };
};

/** `union(a, b)` of the package. */
const readUnion = (
  site: Site,
  call: CallValue,
  flow: Flow,
  data: DrizzleData,
  notes: Set<string>,
): Sent | undefined => {
  const chain = flow.call(call);
  const { root, steps } = chain;
  const [step] = steps;
  if (root.kind !== 'package' || !isDrizzle(root.module) || own(setOperations, root.name) === undefined)
    return undefined;
  if (step?.kind !== 'call' || step.call !== call) return undefined;
  const c = contextOf(flow, site, data, notes);
  const { ends } = flow.life(call);
  if (ends.length > 0 && ends.every((end) => isPart(end, flow, c))) return undefined;
  const query = queryOf(c, chain, site.value.span);
  return query === undefined
    ? undefined
    : { operation: 'select', variants: [query], chain, step, confidence: 'certain' };
};

const read = (site: Site, flow: Flow, data: DrizzleData, notes: Set<string>): Sent | undefined => {
  const { value } = site;
  if (value.kind !== 'call' || value.isNew) return undefined;
  const { callee } = value;
  const name = callee.kind === 'member' ? callee.property : callee.kind === 'name' ? callee.name : undefined;
  if (typeof name !== 'string') return undefined;
  if (callee.kind === 'name')
    return own(setOperations, name) === undefined ? undefined : readUnion(site, value, flow, data, notes);
  if (name === 'findMany' || name === 'findFirst') return readRelational(site, value, flow, data, notes);
  if (name === '$count') return readCount(site, value, flow, data, notes);
  return starts.has(name) ? readBuilder(site, value, name, flow, data, notes) : undefined;
};

const isHandle = (root: Chain['root']): boolean => root.kind === 'package' && /Transaction$/.test(root.name);

/** `withReplicas(primary, [replicas])` reads from replicas outside of `$primary`. */
const targetOf = ({ root, steps }: Chain, operation: Operation, inTransaction: boolean): Found['target'] => {
  if (root.kind !== 'package' || root.name !== 'withReplicas') return 'unknown';
  if (steps.some((step: Step) => step.kind === 'member' && step.name === '$replicas')) return 'replica';
  const reads = operation === 'select' || operation === 'count' || operation === 'aggregate';
  return reads && !inTransaction && !steps.some((step: Step) => step.kind === 'member' && step.name === '$primary')
    ? 'replica'
    : 'primary';
};

/** `db.$primary.select()`. */
const onPrimary = ({ value }: Site): readonly TextEdit[] => {
  let client: number | undefined;
  for (let at: Value | undefined = value; at !== undefined; ) {
    if (
      at.kind === 'member' &&
      typeof at.property === 'string' &&
      /^(?:query|with|\$count|select\w*)$/.test(at.property)
    )
      client = at.object.span.end;
    at = at.kind === 'call' ? at.callee : at.kind === 'member' ? at.object : undefined;
  }
  return client === undefined ? [] : [{ span: { start: client, end: client }, text: '.$primary' }];
};

export default defineOrm<DrizzleData>({
  id: 'drizzle',
  hosts: ['typescript'],
  modules: ['drizzle-orm'],
  marker:
    /\.\s*(?:select(?:Distinct|DistinctOn)?|insert|update|delete|\$count)\s*\(|\.query\s*\.|\b(?:union|intersect|except)(?:All)?\s*\(/,
  models: {
    kind: 'code',
    marker: /drizzle-(?:orm|kit)|\bcreateTable\s*\(/,
    read: (files, flow) => readDrizzle(files.filter(isAbout), flow),
  },
  extract: (site, flow, data) => {
    const notes = new Set<string>();
    const sent = read(site, flow, data ?? emptyData, notes);
    if (sent === undefined) return [];
    const transaction =
      flow.transaction(sent.chain, ['transaction'], isHandle) ?? transactionAround(flow, flow.ref(site.value), 'batch');
    const target = targetOf(sent.chain, sent.operation, transaction !== undefined);
    return makeFound(site, flow, {
      orm: 'drizzle',
      ...sent,
      target,
      ...(target === 'replica' ? { primary: onPrimary(site) } : {}),
      transaction,
      notes,
    });
  },
  bind: (site, flow, data, key) => {
    const { value } = site;
    if (value.kind !== 'call') return undefined;
    const c = contextOf(flow, site, data ?? emptyData, new Set());
    if (!/^find(?:Many|First)$/.test(methodOf(value))) return boundBuilder(c, value, key);
    const member = flow.call(value).steps.at(-2);
    const table = member?.kind === 'member' ? nearest(data?.byName.get(member.name), site.file.path) : undefined;
    return table && boundRelational(c, value, table, key);
  },
});

/** Tables are made with the package's functions, or with a function that is (a table creator's). */
const isAbout = (file: {
  readonly imports: readonly { readonly module: string; readonly imported: string }[];
}): boolean =>
  file.imports.some(
    ({ module, imported }) => isDrizzle(module) || /^drizzle-kit$|table|schema/i.test(`${module} ${imported}`),
  );
