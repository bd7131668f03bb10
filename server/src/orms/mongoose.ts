/** Mongoose: models by `model`, NestJS and Typegoose; queries, pipelines, documents, populate, and generic repositories over models. */
import type { Chain, Flow, FuncRef, Ref, Step } from '../flow/flow';
import type { Query } from '../query/model';
import { openBuild } from './build/build';
import { makeFound } from './build/found';
import { type Context, objectIn, type Sent } from './mongodb/context';
import { sessionIn, targetIn, targetOf, transactionOf } from './mongodb/sending';
import { collectionStatement, methods as driverMethods, optionsOf } from './mongodb/statements';
import { callsWithin, wholeOf } from './mongodb/wrapped';
import { type Asked, askedBy, type CallStep } from './mongoose/asked';
import { isLoaded } from './mongoose/loaded';
import { methods, pluginMethods, rowMethods } from './mongoose/methods';
import { type MongooseData, type MongooseModel, readModels } from './mongoose/models';
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

interface Answer {
  readonly operation: Operation;
  readonly sent: readonly Sent[];
  readonly step: CallStep;
  readonly models: readonly MongooseModel[];
  readonly chain: Chain;
  readonly confidence: Found['confidence'];
  readonly target: Found['target'] | undefined;
  readonly transaction: string | undefined;
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

const dynamic = ({ site, at }: Call): Query => ({
  kind: 'select',
  distinct: false,
  items: [],
  from: [{ kind: 'opaque-from', why: 'the model is known where the class is extended', span: at.nameSpan }],
  groupBy: [],
  orderBy: [],
  span: site.value.span,
});

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
    models: receiver.models,
    chain: main.chain,
    confidence: receiver.confidence,
    target: targetOf(flow, main.asked.read) ?? targetIn(flow, options) ?? targetOf(flow, model?.schema?.readPreference),
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
    models: receiver.models,
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
    models: receiver.models,
    chain,
    confidence: receiver.confidence,
    target: undefined,
    transaction: transactionOf(flow, chain, sessionIn(options)),
  };
};

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
  const receiver = receiverOf(chain, chain.steps.length - 1, call.flow, call.data);
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
    notes: call.notes,
  });
};

// ── generic repositories ────────────────────────────────────────────────────────────────────────────────────────

const isSender = (data: MongooseData, name: string): boolean =>
  methods.has(name) || pluginMethods.has(name) || rowMethods.has(name) || data.wrappers.names.has(name);

const deepest = 3;

/** What a method of the project sends for the object that it is called on. */
const within = (call: Call, fn: FuncRef, self: Chain, args: readonly Ref[], depth: number): readonly Answer[] => {
  const { flow, data } = call;
  return callsWithin(fn, self, args, depth, (name) => isSender(data, name)).flatMap((ref): readonly Answer[] => {
    const chain = flow.site(ref);
    const { root, steps } = chain;
    const step = steps.at(-1);
    if (step?.kind !== 'call') return [];
    if (root.kind === 'function') {
      if (root.this === undefined || depth >= deepest || steps.length !== 1) return [];
      return within(call, { ...root.function, ...frameOf(root.frame) }, root.this, step.args, depth + 1);
    }
    const implemented = implementation(flow, data, chain, step);
    if (implemented !== undefined)
      return depth >= deepest ? [] : within(call, implemented.fn, implemented.self, step.args, depth + 1);
    const answer = answerTo(call, chain, ref, [flow.chain(wholeOf(flow, ref))]);
    return answer === undefined ? [] : [answer];
  });
};

const frameOf = (frame: FuncRef['frame']): Pick<FuncRef, 'frame'> => (frame === undefined ? {} : { frame });

/** `private users: IUserRepository`: the one class that says to implement it. */
const implementation = (
  flow: Flow,
  data: MongooseData,
  { root, steps, ref }: Chain,
  step: Step & { readonly kind: 'call' },
): { readonly fn: FuncRef; readonly self: Chain } | undefined => {
  if (root.kind !== 'unknown' || root.type === undefined || steps.length !== 1) return undefined;
  const { type, file } = root.type;
  const declared = file.types.find((one) => one.type.span.start === type.span.start);
  const classes = declared === undefined ? [] : (data.wrappers.implementers.get(declared.name) ?? []);
  const able = classes.flatMap((owner) => {
    const member = flow.member(owner, step.name, false);
    const func =
      member?.member.function === undefined ? undefined : member.owner.file.functions[member.member.function];
    return member === undefined || func === undefined
      ? []
      : [{ owner, fn: { file: member.owner.file, function: func } }];
  });
  // A class that only hands on to the interface is not the one that is behind it.
  const [only] = able.length > 1 ? able.filter(({ owner }) => owner.class.extends !== undefined) : able;
  if (only === undefined) return undefined;
  const { nameSpan, span, file: home } = step;
  return {
    fn: only.fn,
    self: {
      root: { kind: 'class', class: only.owner },
      steps: [{ kind: 'instance', types: [], nameSpan, span, file: home, when: [] }],
      via: [],
      ref,
    },
  };
};

/**
 * A method of a class over models, called from outside: it is the statement for its caller where its class does not
 * know the model, or where it stands before the library's own method of that name.
 */
const throughMethod = (call: Call, site: Site, chain: Chain, step: CallStep): readonly Found[] => {
  const { flow, data } = call;
  const { root } = chain;
  const through =
    root.kind === 'function' && root.this !== undefined && chain.steps.length === 1
      ? { fn: { ...root.function, ...frameOf(root.frame) }, self: root.this }
      : implementation(flow, data, chain, step);
  if (through === undefined || !isClassOf(through.self)) return [];
  const own = methods.has(step.name) || pluginMethods.has(step.name);
  const all = within(call, through.fn, through.self, step.args, 1);
  // Which of several statements a method of its own sends last is its matter: those of its class are listed there.
  const listed = own ? all : all.filter((one) => one.models.length > 0);
  if (listed.length === 0) return [];
  if (!own && !isGeneric(call, through.fn)) return [];
  return found(call, site, chain, listed, step);
};

const isClassOf = ({ root, steps }: Chain): boolean =>
  root.kind === 'class' && (steps[0]?.kind === 'instance' || steps[0]?.kind === 'new');

/** Seen from its own class alone, the method does not know which model it sends for. */
const isGeneric = (call: Call, fn: FuncRef): boolean => {
  const owner = fn.function.class === undefined ? undefined : fn.file.classes[fn.function.class];
  if (owner === undefined) return false;
  const { nameSpan, span } = call.at;
  const self: Chain = {
    root: { kind: 'class', class: { file: fn.file, class: owner } },
    steps: [{ kind: 'instance', types: [], nameSpan, span, file: fn.file, when: [] }],
    via: [],
    ref: call.site,
  };
  return within({ ...call, notes: new Set() }, fn, self, [], 1).some((one) => one.models.length === 0);
};

const distinctive =
  '(?:(?:find|insert|update|replace|delete)One\\w*|findById\\w*|(?:insert|update|delete)Many|(?:countD|estimatedD)ocument\\w*|aggregate|bulkWrite|populate|findDeleted|cursorPagination)';
const common =
  '(?:find\\w*|create\\w*|update\\w*|delete\\w*|count\\w*|remove\\w*|insert\\w*|upsert\\w*|exists|distinct|restore|softDelete)';

export default defineOrm<MongooseData>({
  id: 'mongoose',
  hosts: ['typescript'],
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
    if (typeof property !== 'string' || !(isSender(data, property) || driverMethods.has(property))) return [];
    const chain = flow.call(value);
    const step = chain.steps.at(-1);
    if (step?.kind !== 'call') return [];
    const ref = flow.ref(value);
    const call: Call = { flow, data, site: ref, notes: new Set(), at: step };
    if (chain.root.kind === 'function' || chain.root.kind === 'unknown') {
      const through = throughMethod(call, site, chain, step);
      if (through.length > 0 || chain.root.kind === 'function') return through;
    }
    const answer = answerTo(call, chain, ref, endsOf(flow, site, chain));
    return answer === undefined ? [] : found(call, site, answer.chain, [answer], localStep(answer.step, step));
  },
});

/** A query is known when it is awaited or handed on. */
const endsOf = (flow: Flow, site: Site, chain: Chain): readonly Chain[] => {
  if (site.value.kind !== 'call') return [chain];
  const { ends } = flow.life(site.value);
  return ends.length === 0 ? [chain] : ends.map((end) => end.chain);
};

const localStep = (step: CallStep, site: CallStep): CallStep => (step.file === site.file ? step : site);
