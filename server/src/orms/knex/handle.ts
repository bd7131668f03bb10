/** Connections and transactions of Knex, and the builders that are begun on them. */
import type { Chain, Flow, Root, Step } from '../../flow/flow';
import type { CallValue } from '../../hosts/host';
import { handedIn } from '../build/handedIn';

export type CallStep = Step & { readonly kind: 'call' };

export interface Opened {
  /** The step that begins the builder: `db('t')`, `db.from('t')`. */
  readonly first: CallStep;
  /** All that is done from there on. */
  readonly calls: readonly CallStep[];
  /** Rows, promises or texts that were made of it: no builder any more. */
  readonly left: boolean;
  readonly proven: boolean;
}

const isKnex = (module: string): boolean => /^knex(?:\/|$)/.test(module);

/** Paths that are not in the workspace may lead anywhere; other packages are known to be something else. */
const isPathLike = (module: string): boolean => /^(?:\.|@\/|~|#|\/)/.test(module);

const openers =
  /^(?:from|fromRaw|into|table|select|column|columns|distinct|distinctOn|with|withRecursive|withMaterialized|withNotMaterialized|insert|update|del|delete|queryBuilder|count|countDistinct|min|max|sum|avg|first|pluck|where\w*|batchInsert|truncate|withSchema|union|unionAll|as)$/;

const methods = new RegExp(
  `${openers.source.slice(0, -2)}|(?:and|or|not|having|order|group)[A-Z]\\w*|\\w*[jJ]oin\\w*|having\\w*|increment|decrement|returning|onConflict|merge|ignore|limit|offset|modify|clone|clear\\w*|transacting|for[A-Z]\\w*|skipLocked|noWait|timeout|connection|debug|options|hintComment|comment|intersect\\w*|except\\w*|upsert|using|columnInfo|on|once|jsonExtract|jsonSet|jsonInsert|jsonRemove|rank|denseRank|rowNumber|sumDistinct|avgDistinct|withGraph|unionDistinct|then|catch|finally|stream|pipe|toSQL|toString|toQuery|toNative)$`,
);

const settles = /^(?:then|catch|finally|stream|pipe|toString|toQuery|toNative|columnInfo)$/;

const typeNames = /^(?:(?:default|\*)\.)?Knex(?:\.Transaction)?$|^Transaction$/;

export const isHandleRoot = (root: Root): boolean =>
  root.kind === 'package' && isKnex(root.module) && /Transaction$/.test(root.name);

const isConnection = (name: string): boolean => /^(?:get)?knex(?:Instance|Client|Connection)?$/i.test(name);

/** How many steps lead to the connection itself; undefined where the chain is none of this library. */
export const handleEnd = (chain: Chain): number | undefined => {
  const { root, steps } = chain;
  if (root.kind !== 'package') return undefined;
  // `bookshelf.knex`, `database.getKnex()`: the connection below, whichever package hands it out.
  let at: number;
  if (!isKnex(root.module)) {
    const own = steps.findIndex((step) => (step.kind === 'member' || step.kind === 'call') && isConnection(step.name));
    const step = steps[own];
    if (step === undefined) return undefined;
    // `Model.knex(connection)` binds a model.
    if (isCall(step) && step.args.length > 0)
      return isCall(steps[own + 1]) || step.args[0]?.value.kind === 'literal' ? own : undefined;
    at = own + 1;
  } else if (steps[0]?.kind === 'instance') {
    if (!typeNames.test(root.name)) return undefined;
    at = 1;
  } else {
    at = steps.findIndex((step) => step.kind === 'call' || step.kind === 'new') + 1;
    if (at === 0) return undefined;
  }
  for (;;) {
    const step = steps[at];
    const next = steps[at + 1];
    if (step?.kind === 'call' && /^(?:transaction|transactionProvider|withUserParams)$/.test(step.name))
      at += next?.kind === 'callback' || (step.name === 'transactionProvider' && next?.kind === 'call') ? 2 : 1;
    else if (step?.kind === 'instance') at++;
    else return at;
  }
};

const isCall = (step: Step | undefined): step is CallStep => step?.kind === 'call';

/** `q[isMySql ? 'whereLike' : 'whereILike'](…)`: a condition that is not known. */
const withComputed = (steps: readonly Step[]): readonly Step[] =>
  steps.flatMap((step, i): readonly Step[] => {
    const before = steps[i - 1];
    if (before?.kind === 'index' && isCall(step) && step.name === '') return [{ ...step, name: 'whereComputed' }];
    const next = steps[i + 1];
    return step.kind === 'index' && isCall(next) && next.name === '' ? [] : [step];
  });

/** What is done to a builder from `index` on. */
const from = (steps: readonly Step[], index: number, proven: boolean): Opened | undefined => {
  const first = steps[index];
  if (!isCall(first)) return undefined;
  const rest = withComputed(steps.slice(index + 1));
  const known = rest.findIndex((step) => !isCall(step) || !methods.test(step.name));
  const calls = (known < 0 ? rest : rest.slice(0, known)).filter(isCall);
  return { first, calls: [first, ...calls], left: known >= 0 || calls.some(({ name }) => settles.test(name)), proven };
};

/** `this.knex('t')`, `req.db('t')`: the connection is what is called. */
const called = (steps: readonly Step[], index: number): readonly Step[] =>
  steps.map((step, i) => (i === index && isCall(step) ? { ...step, name: '' } : step));

export const openedIn = (flow: Flow, chain: Chain): Opened | undefined => {
  const { root, steps } = chain;
  const end = handleEnd(chain);
  if (end !== undefined) {
    const proven = root.kind === 'package' && /^(?:knex|bookshelf)(?:\/|$)/.test(root.module);
    // Statements of their own on the connection (`db('a').insert(row);`) are no part of this one.
    const index = steps.findIndex((step, i) => i >= end && step.discarded !== true);
    const first = steps[index];
    if (isCall(first) && first.name === 'knex') return from(called(steps, index), index, proven);
    return isCall(first) && (first.name === '' || openers.test(first.name)) ? from(steps, index, proven) : undefined;
  }
  if (root.kind === 'package' && !isPathLike(root.module) && handedIn(chain) === 0) return undefined;
  if (root.kind !== 'unknown' && root.kind !== 'package' && root.kind !== 'global') return undefined;
  // `db('t').where(…)`: nothing else is called with a table's name and takes conditions then.
  const handed = steps.findLastIndex(({ kind }) => kind === 'callback');
  const index = steps.findIndex((step, i) => i > handed && isCall(step));
  const first = steps[index];
  const next = steps[index + 1];
  if (!isCall(first) || first.args.length !== 1 || !isCall(next) || !sure.test(next.name)) return undefined;
  const { callee } = first.call;
  const name = callee.kind === 'name' ? callee.name : callee.kind === 'member' ? callee.property : '';
  const [table] = first.args;
  const named =
    table !== undefined &&
    flow.shapes(table).some((shape) => shape.kind === 'literal' && typeof shape.value === 'string');
  return typeof name === 'string' && handleNames.test(name) && named
    ? from(called(steps, index), index, false)
    : undefined;
};

/** Whether the call is handed the builder that `opened` is: what it answers with goes on with that one. */
export const isHandedOn = (flow: Flow, { args }: CallValue, opened: readonly Opened[]): boolean => {
  const firsts = new Set(opened.map(({ first }) => first.call));
  return args.some((arg) =>
    flow.chains(flow.ref(arg)).some((chain) => {
      const own = openedIn(flow, chain);
      return own !== undefined && firsts.has(own.first.call);
    }),
  );
};

const handleNames = /^(?:knex|db|trx|tx|database|qb|\w*(?:Knex|Db|DB|Trx))$/;
const sure =
  /^(?:where\w*|select|insert|update|del|delete|first|pluck|\w*[jJ]oin|orderBy|count|returning|max|min|increment|decrement|groupBy|distinct|columns?|truncate)$/;
