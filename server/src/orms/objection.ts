/** Objection: models over Knex; builders that models, rows and relations begin, with what is loaded along. */
import type { Chain, Flow, Ref } from '../flow/flow';
import type { CallValue } from '../hosts/host';
import type { Query } from '../query/model';
import { unsnaked } from './build/casing';
import { makeFound } from './build/found';
import { propertyOf } from './build/keyEdits';
import { boundChain } from './knex/bind';
import { isOpenEnd, isPart } from './knex/ends';
import { type CallStep, isHandleRoot } from './knex/handle';
import { type ObjectionData, type ObjectionModel, readObjection } from './objection/models';
import { receiverOf, relationIn, rowCalled, unnamed } from './objection/receiver';
import { type Sent, sentBy } from './objection/statement';
import { defineOrm, type Found, type Site } from './orm';

const starts = /^(?:query|\$query|relatedQuery|\$relatedQuery)$/;

/** Rows have been read, or what is done to them is not the builder's. */
const settles = /^(?:then|catch|finally|execute|toKnexQuery|map|forEach|filter)$/;

/** The steps of the builder that `call` begins, in this chain. */
const callsIn = ({ steps }: Chain, call: CallValue): readonly CallStep[] | undefined => {
  const at = steps.findIndex((step) => step.kind === 'call' && step.call === call);
  if (at < 0) return undefined;
  const rest = steps.slice(at);
  const end = rest.findIndex((step, i) => i > 0 && (step.kind !== 'call' || settles.test(step.name)));
  return (end < 0 ? rest : rest.slice(0, end)).flatMap((step) => (step.kind === 'call' ? [step] : []));
};

interface Begun {
  readonly chain: Chain;
  readonly step: CallStep;
  /** The steps before the call, with the model's. */
  readonly at: number;
}

/** A class's own `query` goes on to the library's: what it adds is done to every statement. */
const begunBy = (flow: Flow, call: CallValue): (Begun & { readonly added: readonly CallStep[] }) | undefined => {
  const chain = flow.call(call);
  const step = chain.steps.at(-1);
  if (step?.kind !== 'call' || step.call !== call) return undefined;
  const { root } = chain;
  if (root.kind !== 'function') return { chain, step, at: chain.steps.length - 1, added: [] };
  if (root.this === undefined || chain.steps.length !== 1) return undefined;
  const { returns: returned } = flow.callback(root.function, step.args);
  const inner = returned.flatMap(({ value }) => {
    const { steps } = flow.builder(value);
    const from = steps.findLastIndex((one) => one.kind === 'call' && starts.test(one.name));
    return from < 0 ? [] : [steps.slice(from + 1).flatMap((one) => (one.kind === 'call' ? [one] : []))];
  });
  const [added] = inner;
  if (added === undefined) return undefined;
  const self = root.this;
  const own: Chain = { ...chain, root: self.root, steps: [...self.steps, step] };
  return { chain: own, step, at: self.steps.length, added };
};

const read = (site: Site, flow: Flow, data: ObjectionData): readonly Found[] => {
  const { value } = site;
  if (value.kind !== 'call' || value.isNew || value.callee.kind !== 'member') return [];
  const { property } = value.callee;
  if (typeof property !== 'string' || !starts.test(property)) return [];
  const begun = begunBy(flow, value);
  if (begun === undefined) return [];
  const top = topOf(flow, flow.ref(value));
  const receiver =
    receiverOf(begun.chain, begun.at, flow, data) ??
    (property.startsWith('$')
      ? rowCalled(value.callee.object, data)
      : unnamed(begun.chain, callsIn(flow.builder(top), value) ?? []));
  if (receiver === undefined || receiver.row !== property.startsWith('$')) return [];
  const { ends } = flow.life(value);
  const sent = ends.filter((end) => !isPart(flow, end) && !isInside(end.into));
  if (ends.length > 0 && sent.length === 0) return [];
  const awaited = sent.filter(({ how }) => how !== 'argument' && how !== 'value');
  const used = awaited.length > 0 ? awaited : sent;
  const notes = new Set<string>();
  const own = property.startsWith('$') ? flow.ref(value.callee.object) : undefined;
  const chains =
    used.length > 0
      ? used.map((end) => ({ chain: end.chain, open: isOpenEnd(flow, end) }))
      : [{ chain: flow.builder(top), open: false }];
  const models: readonly (ObjectionModel | undefined)[] = receiver.models.length === 0 ? [undefined] : receiver.models;
  const made = chains.flatMap(({ chain, open }) => {
    const calls = callsIn(chain, value);
    // A model's builder that is given back is awaited as it is, once it asks for something.
    const isOpen = calls === undefined || (open && calls.length < 2);
    return models.map((model) =>
      sentBy({
        flow,
        data,
        site: flow.ref(value),
        notes,
        model,
        first: begun.step,
        own,
        calls: [...begun.added, ...(calls ?? []).slice(1)],
        open: isOpen,
      }),
    );
  });
  const [first, ...others] = distinct(made);
  if (first === undefined) return [];
  return makeFound(site, flow, {
    orm: 'objection',
    operation: first.operation,
    variants: [first, ...others].map(({ query }): Query => query),
    also: made.flatMap(({ also }) => also),
    chain: begun.chain,
    step: begun.step,
    confidence: receiver.confidence,
    transaction: transactionOf(flow, begun),
    ofRow: property === '$query',
    notes,
  });
};

/** The whole chain of calls that a call begins. */
const topOf = (flow: Flow, ref: Ref): Ref => {
  let at = ref;
  for (;;) {
    const up = flow.parent(at);
    const goesOn = (up?.kind === 'member' && up.object === at.value) || (up?.kind === 'call' && up.callee === at.value);
    if (!goesOn || (up.kind !== 'member' && up.kind !== 'call')) return at;
    at = { ...at, value: up };
  }
};

/** Listed for a call that takes builders as parts. */
const isInside = (into: Ref | undefined): boolean => {
  if (into?.value.kind !== 'call') return false;
  const { callee } = into.value;
  const name = callee.kind === 'member' ? callee.property : '';
  return typeof name === 'string' && /^(?:for|whereComposite|whereInComposite|modifyGraph|from|as)$/.test(name);
};

const distinct = (all: readonly Sent[]): readonly Sent[] => {
  const seen = new Set<string>();
  return all.filter(({ query }) => {
    const text = JSON.stringify(query, (key, value) =>
      key === 'span' ? undefined : typeof value === 'bigint' ? String(value) : value,
    );
    return !seen.has(text) && seen.add(text);
  });
};

/** `query(trx)`, `relatedQuery('pets', trx)`, `bindKnex(trx)`, or a callback that is handed bound models. */
const transactionOf = (flow: Flow, { chain, step, at }: Begun): string | undefined => {
  const bound = chain.steps
    .slice(0, at)
    .findLast((one): one is CallStep => one.kind === 'call' && /^bind(?:Knex|Transaction)$/.test(one.name));
  const handle = bound?.args[0] ?? step.args[/elated/.test(step.name) ? 1 : 0];
  if (handle === undefined) return flow.transaction(chain, ['transaction']);
  if (flow.shapes(handle).every((shape) => shape.kind === 'literal')) return undefined;
  const given = flow.chain(handle);
  const known = flow.transaction(
    { ...given, steps: [...given.steps, step] },
    ['transaction', 'startTransaction', 'start'],
    isHandleRoot,
  );
  return known ?? (/tr(?:x|ansaction)|^tx$/i.test(flow.print(handle)) ? flow.valueId(handle) : undefined);
};

export default defineOrm<ObjectionData>({
  id: 'objection',
  hosts: ['typescript'],
  modules: ['objection'],
  marker: /\.\s*\$?(?:query|relatedQuery)\s*(?:<[^>()]*>\s*)?\(/,
  models: {
    kind: 'code',
    marker: /\btableName\b|\bknexSnakeCaseMappers\b|\bextends\s+[\w.]*Model\b/,
    read: (files, flow) => readObjection(files, flow),
  },
  extract: (site, flow, data) => (data === undefined ? [] : read(site, flow, data)),
  bind: ({ value }, flow, data, key) => {
    if (data === undefined || value.kind !== 'call') return undefined;
    const begun = begunBy(flow, value);
    const receiver = begun && receiverOf(begun.chain, begun.at, flow, data);
    const [model, more] = receiver?.models ?? [];
    if (begun === undefined || model === undefined || more !== undefined) return undefined;
    const related = /elatedQuery$/.test(begun.step.name)
      ? relationIn(flow, model, begun.step.args[0])?.target
      : undefined;
    const target = related === undefined ? model : data.byKey.get(related);
    const property = target && (propertyOf(target, key.column) ?? unsnaked(key.column, target.casing));
    return property === undefined ? undefined : boundChain(flow, value, property, key);
  },
});
