/** Mongoose: models by `model`, NestJS and Typegoose; queries, pipelines, documents, populate, and generic repositories over models. */
import type { Chain, Flow, Ref } from '../flow/flow';
import type { Query } from '../query/model';
import { openBuild } from './build/build';
import { makeFound } from './build/found';
import { selectOfUnknown } from './build/statements';
import { type Context, objectIn, type Sent } from './mongodb/context';
import { type Answer, type CallStep, isSender, type Repositories, throughMethod } from './mongodb/repository';
import { preferring, sessionIn, targetIn, targetOf, transactionOf } from './mongodb/sending';
import { collectionStatement, methods as driverMethods, optionsOf } from './mongodb/statements';
import { wholeOf } from './mongodb/wrapped';
import { type Asked, askedBy } from './mongoose/asked';
import { boundModel, boundRow } from './mongoose/bind';
import { isLoaded } from './mongoose/loaded';
import { methods, pluginMethods, rowMethods } from './mongoose/methods';
import { type MongooseData, readModels } from './mongoose/models';
import { type Receiver, receiverOf } from './mongoose/receiver';
import { modelStatements, rowStatement } from './mongoose/statements';
import { defineOrm, type Found, type Operation, type Site } from './orm';

interface Call {
  readonly flow: Flow;
  readonly data: MongooseData;
  /** Where the statement is sent from. */
  readonly site: Ref;
  readonly notes: Set<string>;
  /** The step at the site. */
  readonly at: CallStep;
}

const context = ({ flow, data, site, notes }: Call): Context => ({
  ...openBuild(flow, site, notes),
  casts: true,
  collectionOf: (ref) => collectionNamed(flow, data, ref),
});

/** `Order.collection.name`, `Order.collection.collectionName`. */
const collectionNamed = (flow: Flow, data: MongooseData, ref: Ref): readonly string[] | undefined => {
  const chain = flow.chain(ref);
  const last = chain.steps.at(-1);
  if (last?.kind !== 'member' || !/^(?:name|collectionName)$/.test(last.name)) return undefined;
  const receiver = receiverOf(chain, chain.steps.length - 1, flow, data);
  const [model] = receiver?.kind === 'model' && receiver.native ? receiver.models : [];
  return model === undefined ? undefined : [model.collection];
};

const dynamic = ({ site, at }: Call): Query =>
  selectOfUnknown('the model is known where the class is extended', at.nameSpan, site.value.span);

const isDeclared = (receiver: Receiver & { readonly kind: 'model' }, name: string): boolean =>
  methods.has(name) ||
  (pluginMethods.has(name) &&
    (receiver.models.length === 0 || receiver.models.some((model) => (model.schema?.plugins.length ?? 1) > 0)));

/** What a method of a model sends; `ends`: what becomes of the query that it begins. */
const ofModel = (
  call: Call,
  receiver: Receiver & { readonly kind: 'model' },
  step: CallStep,
  ends: readonly Chain[],
): Answer | undefined => {
  const { flow, data, at } = call;
  if (receiver.native) return ofCollection(call, receiver, step, ends[0]);
  if (!isDeclared(receiver, step.name)) return undefined;
  const asked = ends.flatMap((chain): readonly { readonly chain: Chain; readonly asked: Asked }[] => {
    const first = chain.steps.findIndex((one) => one.kind === 'call' && one.call === step.call);
    const found = first < 0 ? undefined : askedBy(chain, first);
    return found === undefined ? [] : [{ chain, asked: found }];
  });
  const [main] = asked;
  if (main === undefined) return undefined;
  const operationOf = (one: Asked): Operation =>
    one.method.operation ?? driverMethods.get(one.method.as)?.operation ?? 'other';
  const c = context(call);
  const sent: readonly Sent[] =
    receiver.models.length === 0
      ? [{ operation: operationOf(main.asked), query: dynamic(call) }]
      : asked.flatMap((one) =>
          receiver.models.flatMap((model) =>
            modelStatements({ ...c, ...openBuild(flow, call.site, call.notes) }, data, model, one.asked, at.nameSpan),
          ),
        );
  const options = main.asked.options.map((ref) => objectIn(flow, ref)).find((one) => one !== undefined);
  const session = main.asked.session ?? sessionIn(options);
  const [model] = receiver.models;
  return {
    operation: sent[0]?.operation ?? operationOf(main.asked),
    sent,
    step: main.asked.step,
    known: receiver.models.length > 0,
    chain: main.chain,
    confidence: receiver.confidence,
    target: preferring(
      sent[0]?.operation ?? operationOf(main.asked),
      targetOf(flow, main.asked.read) ?? targetIn(flow, options) ?? targetOf(flow, model?.schema?.readPreference),
    ),
    transaction: transactionOf(flow, main.chain, session),
  };
};

/** The driver's own collection behind a model. */
const ofCollection = (
  call: Call,
  receiver: Receiver & { readonly kind: 'model' },
  step: CallStep,
  chain: Chain | undefined,
): Answer | undefined => {
  const operation = driverMethods.get(step.name)?.operation;
  if (operation === undefined || chain === undefined) return undefined;
  const c: Context = { ...context(call), casts: false };
  const sent = receiver.models.flatMap((model) =>
    collectionStatement(c, step.name, step.args, { table: [model.collection] }, call.at.nameSpan, () => ({
      ...context(call),
      casts: false,
    })),
  );
  const options = optionsOf(c, step.name, step.args);
  return {
    operation: sent[0]?.operation ?? operation,
    sent: sent.length === 0 ? [{ operation, query: dynamic(call) }] : sent,
    step,
    known: receiver.models.length > 0,
    chain,
    confidence: receiver.confidence,
    target: targetIn(call.flow, options),
    transaction: transactionOf(call.flow, chain, sessionIn(options)),
  };
};

/** What a document does to itself. */
const ofRow = (
  call: Call,
  receiver: Receiver & { readonly kind: 'row' },
  step: CallStep,
  chain: Chain,
  row: Ref,
): Answer | undefined => {
  const { flow, data, at } = call;
  const operation = rowMethods.get(step.name);
  if (operation === undefined) return undefined;
  // A query is sent once, with what began it, whatever is done to it before.
  if (receiver.origin === 'loaded' && !isLoaded(flow, row)) return undefined;
  const sent = receiver.models.flatMap((model) =>
    rowStatement(context(call), data, step.name, step.args, receiver, model, row, at.nameSpan),
  );
  if (receiver.models.length > 0 && sent.length === 0) return undefined;
  const options = objectIn(flow, step.args.at(-1));
  const [first] = sent;
  return {
    operation: first?.operation ?? (step.name === 'save' && receiver.origin === 'new' ? 'insert' : operation),
    sent: sent.length === 0 ? [{ operation, query: dynamic(call) }] : sent,
    step,
    known: receiver.models.length > 0,
    ofRow: true,
    chain,
    confidence: receiver.confidence,
    target: undefined,
    transaction: transactionOf(flow, chain, sessionIn(options)),
  };
};

/** `user.save()` of a caller's value, in a file that knows the model `User`. */
const namedRow = ({ flow, data }: Call, { root }: Chain, step: CallStep): Receiver | undefined => {
  if (step.name !== 'save' || root.kind !== 'unknown' || root.type !== undefined) return undefined;
  const { callee } = step.call;
  const object = callee.kind === 'member' ? callee.object : undefined;
  const said =
    object?.kind === 'name'
      ? object.name
      : object?.kind === 'member' && typeof object.property === 'string'
        ? object.property
        : '';
  const label = `${said.charAt(0).toUpperCase()}${said.slice(1)}`;
  const models = (data.byName.get(label) ?? []).slice(0, 1);
  if (said === label || models.length === 0 || !knowsName(flow, label)) return undefined;
  return { kind: 'row', models, origin: 'typed', many: false, confidence: 'likely' };
};

/** Imports or declares it at its top level. */
const knowsName = ({ file }: Flow, name: string): boolean =>
  file.imports.some(({ local }) => local === name) ||
  (file.functions[0]?.body ?? []).some(
    (one) =>
      one.kind === 'declare' &&
      (one.pattern.kind === 'name'
        ? one.pattern.name === name
        : one.pattern.kind === 'object' && one.pattern.entries.some((entry) => entry.key === name)),
  );

const rowIn = (ref: Ref, step: CallStep): Ref | undefined => {
  const { callee } = step.call;
  return callee.kind === 'member' ? { ...ref, value: callee.object } : undefined;
};

/** `models.User || model('User', schema)`: the first of them that is a model that is declared. */
const known = ({ flow, data }: Call, chain: Chain, ref: Ref): Chain => {
  const says = (one: Chain): boolean => {
    const receiver = receiverOf(one, one.steps.length - 1, flow, data);
    return (receiver?.kind === 'model' || receiver?.kind === 'row') && receiver.models.length > 0;
  };
  if (chain.root.kind !== 'package' || says(chain)) return chain;
  return flow.chains(ref).find((one) => one.steps.at(-1)?.kind === 'call' && says(one)) ?? chain;
};

/** `ref`: the call, in the frame of the method that holds it. */
const answerTo = (call: Call, asked: Chain, ref: Ref, ends: readonly Chain[]): Answer | undefined => {
  const chain = known(call, asked, ref);
  const step = chain.steps.at(-1);
  if (step?.kind !== 'call') return undefined;
  const receiver = receiverOf(chain, chain.steps.length - 1, call.flow, call.data) ?? namedRow(call, chain, step);
  if (receiver?.kind === 'model') return ofModel(call, receiver, step, ends);
  if (receiver?.kind !== 'row') return undefined;
  const row = rowIn(ref, step);
  return row === undefined ? undefined : ofRow(call, receiver, step, chain, row);
};

const found = (call: Call, site: Site, chain: Chain, answers: readonly Answer[], step: CallStep): readonly Found[] => {
  const [first] = answers;
  if (first === undefined) return [];
  const writes = answers.find((one) => !/^(?:select|count|aggregate)$/.test(one.operation)) ?? first;
  const targets = new Set(answers.map((one) => one.target));
  return makeFound(site, call.flow, {
    orm: 'mongoose',
    operation: writes.operation,
    variants: answers.flatMap((one) => one.sent.map(({ query }) => query)),
    also: answers.flatMap((one) => one.sent.flatMap(({ also }) => also ?? [])),
    chain,
    step,
    confidence: first.confidence,
    ...(targets.size === 1 && first.target !== undefined ? { target: first.target } : {}),
    transaction: first.transaction ?? transactionOf(call.flow, chain, undefined),
    ofRow: answers.every((one) => one.ofRow === true),
    notes: call.notes,
  });
};

/** Generic repositories over models. */
const repositories = (call: Call): Repositories => ({
  flow: call.flow,
  wrappers: call.data.wrappers,
  site: call.site,
  isOwn,
  answer: (ref, chain) => answerTo(call, chain, ref, [call.flow.chain(wholeOf(call.flow, ref))]),
});

const isOwn = (name: string): boolean => methods.has(name) || pluginMethods.has(name) || rowMethods.has(name);

const distinctive =
  '(?:(?:find|insert|update|replace|delete)One\\w*|findById\\w*|(?:insert|update|delete)Many|(?:countD|estimatedD)ocument\\w*|aggregate|bulkWrite|populate|findDeleted|cursorPagination)';
const common =
  '(?:find\\w*|create\\w*|update\\w*|delete\\w*|count\\w*|remove\\w*|insert\\w*|upsert\\w*|exists|distinct|restore|softDelete)';

export default defineOrm<MongooseData>({
  id: 'mongoose',
  hosts: ['typescript'],
  prefers: true,
  modules: ['mongoose', '@nestjs/mongoose', '@typegoose/typegoose'],
  marker: new RegExp(
    `\\bmongoose\\b|\\.\\s*${distinctive}\\s*(?:<[^>()]*>\\s*)?\\(|\\.save\\s*\\(|(?:[rR]epo(?:sitory|s)?|[mM]odel|[dD]al|\\b[A-Z]\\w*)\\s*\\.\\s*${common}\\s*\\(|Repository\\s*\\.\\s*\\w+\\s*\\(`,
  ),
  models: {
    kind: 'code',
    // A repository behind an interface need not name the library.
    marker: /\bmongoose\b|\btypegoose\b|\bimplements\b[^{]*(?:Repo|Repository|Dao|DAO|Store|Model|Raw)\b/,
    read: (files, flowFor) => readModels(files, flowFor),
  },
  extract: (site, flow, data) => {
    const { value } = site;
    if (data === undefined || value.kind !== 'call' || value.isNew || value.callee.kind !== 'member') return [];
    const { property } = value.callee;
    if (
      typeof property !== 'string' ||
      !(isSender({ wrappers: data.wrappers, isOwn }, property) || driverMethods.has(property))
    )
      return [];
    const chain = flow.call(value);
    const step = chain.steps.at(-1);
    if (step?.kind !== 'call') return [];
    const ref = flow.ref(value);
    const call: Call = { flow, data, site: ref, notes: new Set(), at: step };
    if (chain.root.kind === 'function' || chain.root.kind === 'unknown') {
      const through = throughMethod(repositories(call), chain, step);
      if (through.length > 0 || chain.root.kind === 'function') return found(call, site, chain, through, step);
    }
    const answer = answerTo(call, chain, ref, endsOf(flow, site, chain));
    return answer === undefined ? [] : found(call, site, answer.chain, [answer], localStep(answer.step, step));
  },
  // `find` and `create` take a projection or documents where others have their options.
  handle: {
    option: 'session',
    at: (method) =>
      method === 'save'
        ? 0
        : /^(?:find|findOne|findById|create)$/.test(method)
          ? undefined
          : methods.get(method)?.options,
  },
  bind: ({ value }, flow, data, key) => {
    if (data === undefined || value.kind !== 'call') return undefined;
    const chain = flow.call(value);
    const receiver = receiverOf(chain, chain.steps.length - 1, flow, data);
    if (receiver?.kind !== 'model' && receiver?.kind !== 'row') return undefined;
    const [model, more] = receiver.models;
    if (model === undefined || more !== undefined || model.collection !== key.alias) return undefined;
    return receiver.kind === 'model' ? boundModel(flow, value, key) : boundRow(flow, value, model, key);
  },
});

/** A query is known when it is awaited or handed on. */
const endsOf = (flow: Flow, site: Site, chain: Chain): readonly Chain[] => {
  if (site.value.kind !== 'call') return [chain];
  const { ends } = flow.life(site.value);
  return ends.length === 0 ? [chain] : ends.map((end) => end.chain);
};

const localStep = (step: CallStep, site: CallStep): CallStep => (step.file === site.file ? step : site);
