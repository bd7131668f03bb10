/** Kysely: statements are begun on a database, a transaction or a table's name, and sent by `execute` and its kin. */
import type { Chain, End, Flow, Ref } from '../flow/flow';
import type { CallValue } from '../hosts/host';
import type { Query } from '../query/model';
import type { TextEdit } from '../text/edits';
import { openBuild } from './build/build';
import { methodOf } from './build/chainEdits';
import { makeFound } from './build/found';
import { boundBuilder } from './kysely/bind';
import {
  begins,
  type CallStep,
  handleOf,
  isBuilderMethod,
  isKysely,
  isSender,
  type Opened,
  openedIn,
} from './kysely/handle';
import { type Context, namesIn } from './kysely/names';
import { type KyselyData, readKysely, type Settings, settingsOf } from './kysely/plugins';
import { queryOf } from './kysely/select';
import { spreadOut } from './kysely/steps';
import { transactionOf } from './kysely/transaction';
import { isUpsert } from './kysely/write';
import { defineOrm, type Found, type Operation, type Site } from './orm';

/** `part`: of another statement, or never sent; `open`: handed to someone who may add to it and send it. */
type Fate = 'sent' | 'part' | 'open';

interface Used {
  readonly opened: Opened;
  readonly chain: Chain;
  readonly fate: Fate;
  /** What a function of the project does to it before it sends it. */
  readonly more: readonly CallStep[];
}

/** All places where the builder is used, helpers that give it back seen through. */
const endsOf = (flow: Flow, call: CallValue, begun: readonly CallValue[], depth = 0): readonly End[] =>
  flow.life(call).ends.flatMap((end): readonly End[] => {
    const into = end.how === 'argument' ? end.into?.value : undefined;
    if (into?.kind !== 'call' || depth > 4 || flow.call(into).root.kind !== 'function') return [end];
    const given = openedIn(flow.chain(flow.ref(into)));
    if (given === undefined || !begun.includes(given.first.call)) return [end];
    // The helper's own call is followed: what it gives back may be sent by it already.
    return endsOf(flow, into, begun, depth + 1).map((one) =>
      one.chain.root.kind === 'function' ? { ...one, chain: flow.chain(one.chain.ref) } : one,
    );
  });

const fateOf = (flow: Flow, end: End, opened: Opened): Fate => {
  const { calls } = opened;
  if (calls.some(isSender)) return 'sent';
  const last = calls.at(-1);
  if (last !== undefined && /^(?:as|\$as\w+|toOperationNode|isSelectQueryBuilder)$/.test(last.name)) return 'part';
  if (calls.some(({ name }) => name === 'compile')) return compiled(flow, end);
  if (end.how === 'return') return isCallback(flow, end) ? 'part' : 'open';
  return end.how === 'argument' ? handedTo(flow, end) : 'part';
};

/** `db.executeQuery(query.compile())`, `pool.query(query.compile().sql)`. */
const compiled = (flow: Flow, end: End): Fate => {
  let at = end.chain.ref;
  for (let i = 0; i < 4; i++) {
    const up = flow.parent(at);
    if (up?.kind === 'call' && up.callee.kind === 'member' && typeof up.callee.property === 'string')
      return /^(?:exec|query|all|run|get|prepare|watch|\$)/i.test(up.callee.property) ? 'sent' : 'part';
    if (up?.kind !== 'member' && up?.kind !== 'spread' && up?.kind !== 'list') return 'part';
    at = { ...at, value: up };
  }
  return 'part';
};

/** Given back by a function that is handed to another builder: `where('id', 'in', () => db.selectFrom('t'))`. */
const isCallback = (flow: Flow, end: End): boolean => {
  const { file, function: func } = flow.functionOf(end.chain.ref);
  const outer = func.parent === undefined ? undefined : file.functions[func.parent];
  const call = outer === undefined ? undefined : callWith(outer.body, func.id);
  return (
    call?.callee.kind === 'member' && typeof call.callee.property === 'string' && isBuilderMethod(call.callee.property)
  );
};

/** The call that is handed the function. */
const callWith = (part: unknown, id: number): CallValue | undefined => {
  if (typeof part !== 'object' || part === null) return undefined;
  if (isCallValue(part) && part.args.some((arg) => arg.kind === 'function' && arg.function === id)) return part;
  for (const [key, inner] of Object.entries(part)) {
    const found = key === 'span' || key === 'map' ? undefined : callWith(inner, id);
    if (found !== undefined) return found;
  }
  return undefined;
};

const isCallValue = (part: object): part is CallValue => 'kind' in part && part.kind === 'call' && 'args' in part;

/** What the function of the project does that it is handed to. */
const doneBy = (flow: Flow, { into, chain }: End): readonly CallStep[] => {
  if (into?.value.kind !== 'call') return [];
  const { root, steps } = flow.call(into.value);
  const [step] = steps;
  if (root.kind !== 'function' || step?.kind !== 'call') return [];
  const index = Math.max(into.value.args.indexOf(chain.ref.value), 0);
  const done = flow.callback(root.function, step.args).applied(index).steps;
  return done.flatMap((one) => (one.kind === 'call' ? [one] : []));
};

/** `values({ n: … })`, `values([{ n: … }])`, `set({ n: … })`. */
const isRow = (flow: Flow, object: Ref): boolean => {
  const up = flow.parent(object);
  const call = up?.kind === 'list' ? flow.parent({ ...object, value: up }) : up;
  return call?.kind === 'call' && /^(?:values|set|doUpdateSet|onDuplicateKeyUpdate)$/.test(methodOf(call));
};

const handedTo = (flow: Flow, end: End): Fate => {
  let at = end.into;
  if (at === undefined) return 'part';
  // Spread into or listed for a call.
  for (let i = 0; i < 3 && (at.value.kind === 'list' || at.value.kind === 'spread'); i++) {
    const up = flow.parent(at);
    if (up?.kind !== 'call' && up?.kind !== 'list' && up?.kind !== 'spread') break;
    at = { ...at, value: up };
  }
  const { value } = at;
  if (value.kind === 'object') return isRow(flow, at) ? 'part' : 'open';
  if (value.kind !== 'call') return 'part';
  const own = flow.call(value);
  const step = own.steps.at(-1);
  if (own.root.kind === 'function' && own.steps.length === 1)
    return doneBy(flow, end).some((one) => isSender(one)) ? 'sent' : 'part';
  const name = step?.kind === 'call' ? step.name : '';
  const callee = name !== '' ? name : own.root.kind === 'package' ? own.root.name : '';
  if (/^(?:expect\w*|log|debug|info|toSql|format\w*|assert\w*)$/i.test(callee)) return 'part';
  if (own.root.kind === 'package' && isKysely(own.root.module)) return /execut|paginat/i.test(callee) ? 'open' : 'part';
  if (/execut|retry|^run/i.test(callee)) return 'sent';
  return isBuilderMethod(name) || own.root.kind === 'unknown' || own.root.kind === 'global' ? 'part' : 'open';
};

const operationOf = (query: Query): Operation => {
  switch (query.kind) {
    case 'insert':
    case 'update':
    case 'delete':
      return query.kind;
    case 'merge':
      return 'upsert';
    case 'select': {
      const [item, ...more] = query.items;
      const computed = query.items.some(({ expr }) => expr.kind === 'call' && expr.aggregate === true);
      const counts = item?.expr.kind === 'call' && item.expr.name === 'count' && item.expr.aggregate === true;
      return counts && more.length === 0 && query.groupBy.length === 0 ? 'count' : computed ? 'aggregate' : 'select';
    }
    default:
      return 'select';
  }
};

const distinct = (queries: readonly Query[]): readonly Query[] => {
  const seen = new Set<string>();
  return queries.filter((query) => {
    const text = JSON.stringify(query, (key, value) =>
      key === 'span' ? undefined : typeof value === 'bigint' ? String(value) : value,
    );
    return !seen.has(text) && seen.add(text);
  });
};

/** Selects of `KyselyReplicationDialect` read from replicas outside of transactions. */
const targetOf = (
  { replicas }: Settings,
  opened: Opened,
  chain: Chain,
  query: Query,
  transaction: string | undefined,
): Found['target'] => {
  const said = (name: string): boolean =>
    chain.steps.slice(0, opened.at).some((step) => step.kind === 'call' && step.name === name);
  if (said('withPrimary')) return 'primary';
  if (said('withReplica')) return 'replica';
  if (!replicas) return 'unknown';
  const writes =
    'with' in query && query.with?.ctes.some((cte) => !/^(?:select|set-operation|values)$/.test(cte.query.kind));
  const reads = (query.kind === 'select' || query.kind === 'set-operation') && writes !== true;
  return reads && transaction === undefined ? 'replica' : 'primary';
};

/** `db.withPrimary().selectFrom(…)`. */
const onPrimary = ({ callee }: CallValue): readonly TextEdit[] => {
  if (callee.kind !== 'member') return [];
  const { object } = callee;
  const asked = object.kind === 'call' && object.callee.kind === 'member' ? object.callee : undefined;
  if (asked?.property === 'withReplica')
    return [{ span: { start: asked.propertySpan.start, end: object.span.end }, text: 'withPrimary()' }];
  const { end } = object.span;
  return [{ span: { start: end, end }, text: '.withPrimary()' }];
};

interface Begun {
  readonly call: CallValue;
  readonly step: CallStep;
  readonly proven: boolean;
  /** The calls that begin what a function of the project hands out: one for each of its ways. */
  readonly handed?: readonly CallValue[];
}

/** `openTasks().where(…).execute()`: what a function of the project hands out is sent where its caller sends it. */
const handedOut = (flow: Flow, call: CallValue): Begun | undefined => {
  const own = flow.call(call);
  const step = own.steps.at(-1);
  if (own.root.kind !== 'function' || own.steps.length !== 1 || step?.kind !== 'call') return undefined;
  if (own.root.function.function.async) return undefined;
  const ways = flow.chains(flow.ref(call)).flatMap((chain) => {
    const opened = openedIn(chain);
    return opened === undefined || opened.left || opened.first.call === call ? [] : [{ opened, chain }];
  });
  const handed = ways.map(({ opened }) => opened.first.call);
  const proven = ways.every(({ opened, chain }) => {
    const handle = handleOf(flow, chain, opened.at);
    return handle.proven && !handle.inside;
  });
  if (handed.length === 0 || !proven) return undefined;
  // A builder that it is handed, and hands back, begins elsewhere.
  const isBack = call.args.some((arg) =>
    flow.chains(flow.ref(arg)).some((chain) => {
      const given = openedIn(chain)?.first.call;
      return given !== undefined && handed.includes(given);
    }),
  );
  return isBack ? undefined : { call, step, proven, handed };
};

const begunBy = (flow: Flow, call: CallValue): Begun | undefined => {
  const { callee } = call;
  if (callee.kind !== 'member' || typeof callee.property !== 'string' || !begins.has(callee.property)) return undefined;
  const own = flow.call(call);
  const step = own.steps.at(-1);
  if (step?.kind !== 'call' || step.call !== call) return undefined;
  const handle = handleOf(flow, own, own.steps.length - 1);
  if (handle.inside) return undefined;
  if (handle.proven) return { call, step, proven: true };
  // Nothing else is begun by these names with the table's as text.
  const [table] = step.args;
  const named =
    table !== undefined && (namesIn(openBuild(flow, flow.ref(call)), table).length > 0 || table.value.kind === 'list');
  return named ? { call, step, proven: false } : undefined;
};

const read = (site: Site, flow: Flow, data: KyselyData): readonly Found[] => {
  const { value } = site;
  if (value.kind !== 'call' || value.isNew) return [];
  const begun = begunBy(flow, value) ?? handedOut(flow, value);
  if (begun === undefined) return [];
  const { handed = [value] } = begun;
  const used = endsOf(flow, value, handed).flatMap((end): readonly Used[] => {
    const chains = begun.handed === undefined ? [end.chain] : flow.chains(end.chain.ref);
    return chains.flatMap((chain): readonly Used[] => {
      const opened = openedIn(chain);
      if (opened === undefined || !handed.includes(opened.first.call)) return [];
      const fate = fateOf(flow, { ...end, chain }, opened);
      const more = fate === 'sent' && !opened.calls.some(isSender) ? doneBy(flow, end) : [];
      return [{ opened, chain, fate, more }];
    });
  });
  const own = flow.call(value);
  const isLeft = begun.proven && begun.handed === undefined;
  const sent = used.filter(({ fate }) => fate === 'sent' || (fate === 'open' && isLeft));
  const [first] = sent;
  if (first === undefined) return [];
  const settings =
    begun.handed === undefined
      ? settingsOf(flow, own, own.steps.length - 1, data)
      : settingsOf(flow, first.chain, first.opened.at, data);
  const notes = new Set<string>();
  const context = (): Context => ({
    ...openBuild(flow, flow.ref(value), notes),
    depth: 0,
    casing: settings.casing,
    schema: settings.schema,
    ctes: new Set(),
  });
  const queries = sent.map(({ opened, fate, more }) =>
    queryOf(context(), opened.before, [...opened.calls, ...more], value.span, fate === 'open'),
  );
  const [query, ...others] = distinct(queries);
  if (query === undefined) return [];
  const object = value.callee.kind === 'member' ? value.callee.object : undefined;
  const transaction = object === undefined ? undefined : transactionOf(flow, flow.ref(object));
  const upserts = isUpsert(context(), spreadOut(context(), first.opened.calls).calls);
  const target = targetOf(settings, first.opened, first.chain, query, transaction);
  return makeFound(site, flow, {
    orm: 'kysely',
    operation: upserts ? 'upsert' : operationOf(query),
    variants: [query, ...others],
    chain: first.chain,
    step: begun.step,
    confidence: begun.proven ? 'certain' : 'likely',
    target,
    ...(target === 'replica' ? { primary: onPrimary(value) } : {}),
    transaction,
    notes,
  });
};

export default defineOrm<KyselyData>({
  id: 'kysely',
  hosts: ['typescript'],
  modules: ['kysely'],
  marker:
    /\.\s*(?:selectFrom|selectNoFrom|insertInto|replaceInto|updateTable|deleteFrom|mergeInto)\s*[(<]|\.\s*execute(?:TakeFirst(?:OrThrow)?)?\s*\(/,
  models: {
    kind: 'code',
    marker: /\bnew\s+(?:\w+\.)?(?:Kysely|CamelCasePlugin|\w*ReplicationDialect)\b/,
    read: (files, flow) => readKysely(files, flow),
  },
  extract: (site, flow, data) => read(site, flow, data ?? []),
  bind: ({ value }, flow, data, key) => {
    if (value.kind !== 'call') return undefined;
    const own = flow.call(value);
    return boundBuilder(flow, value, settingsOf(flow, own, own.steps.length - 1, data ?? []).casing, key);
  },
});
