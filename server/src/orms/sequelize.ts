/** Sequelize: models by `define`, `init` and decorators; scopes, includes, rows, and methods that a project puts before its own. */
import type { Chain, Flow, Ref, Step } from '../flow/flow';
import type { Query } from '../query/model';
import { openBuild } from './build/build';
import { makeFound } from './build/found';
import { objectIn, optionIn } from './build/options';
import { selectOfUnknown } from './build/statements';
import { defineOrm, type Found, type Operation, type Site } from './orm';
import { boundModel, boundRow } from './sequelize/bind';
import type { Context } from './sequelize/context';
import { followed } from './sequelize/followed';
import { accessorMethod, modelMethods, readingOf, rowMethods } from './sequelize/methods';
import { readModels, type SequelizeData, type SequelizeModel } from './sequelize/models';
import { classKey, packageAbove } from './sequelize/reading';
import { type Receiver, receiverOf } from './sequelize/receiver';
import { associated, rowStatements } from './sequelize/rows';
import { type Sent, statementsOf } from './sequelize/statements';
import { onPrimary, targetOf } from './sequelize/target';

type CallStep = Step & { readonly kind: 'call' };

interface Call {
  readonly site: Site;
  readonly flow: Flow;
  readonly data: SequelizeData;
  readonly notes: Set<string>;
  /** The step at the site. */
  readonly step: CallStep;
}

const context = ({ flow, site, data, notes }: Call): Context => ({
  ...openBuild(flow, flow.ref(site.value), notes),
  data,
});

const dynamic = ({ site, step }: Call): Query =>
  selectOfUnknown('the model is known where its class is extended', step.nameSpan, site.value.span);

/** What a step of a chain sends; undefined where it sends nothing. */
const sends = (
  call: Call,
  receiver: Receiver,
  step: CallStep,
  chain: Chain,
): { readonly operation: Operation; readonly sent: readonly Sent[] } | undefined => {
  if (receiver.kind === 'registry') return undefined;
  const at = call.step.nameSpan;
  if (receiver.kind === 'model') {
    const operation = modelMethods.get(step.name);
    if (operation === undefined || notAsked(call.flow, receiver.models, step)) return undefined;
    const sent = receiver.models.flatMap((model) =>
      statementsOf(context(call), step.name, step.args, model, receiver.scopes, at),
    );
    const upserts = operation === 'insert' && sent.some(({ query }) => query.kind === 'insert' && query.onConflict);
    const sends = operation === 'select' ? readingOf(call.flow, step.args) : upserts ? 'upsert' : operation;
    return { operation: sends, sent: receiver.models.length === 0 ? [{ query: dynamic(call) }] : sent };
  }
  const own = ownOf(chain, step);
  const accessor = call.data.accessors
    .get(step.name)
    ?.find((name) => receiver.models.some((model) => model.relations.has(name)));
  const method = accessor === undefined ? step.name : accessorMethod(step.name);
  const operation = rowMethods.get(method);
  if (operation === undefined || own === undefined) return undefined;
  if (receiver.models.length === 0) return { operation, sent: [{ query: dynamic(call) }] };
  const sent = receiver.models.flatMap((model): readonly Sent[] => {
    if (accessor === undefined) return rowStatements(context(call), method, step.args, receiver, model, own, at);
    const relation = model.relations.get(accessor);
    return relation === undefined ? [] : associated(context(call), method, step.args, relation, own, at);
  });
  const inserts = method === 'save' && receiver.origin === 'new';
  return { operation: inserts ? 'insert' : operation, sent };
};

/** `all` and `find` are the library's in old versions alone. */
const notAsked = (flow: Flow, models: readonly SequelizeModel[], step: CallStep): boolean =>
  (step.name === 'all' || step.name === 'find') &&
  (models.length === 0 || step.args.some((arg) => flow.shapes(arg).some((shape) => shape.kind === 'function')));

/** The row that a method is called on. */
const ownOf = (chain: Chain, step: CallStep): Ref | undefined => {
  const { callee } = step.call;
  return callee.kind === 'member' ? { ...chain.ref, file: step.file, value: callee.object } : undefined;
};

const found = (
  call: Call,
  chain: Chain,
  operation: Operation,
  sent: readonly Sent[],
  confidence: Found['confidence'],
  ofRow = false,
): readonly Found[] => {
  const transaction = transactionOf(call, chain);
  const target = targetOf(call.flow, call.data, call.step, operation, transaction !== undefined);
  return makeFound(call.site, call.flow, {
    orm: 'sequelize',
    operation,
    variants: sent.map((one) => one.query),
    also: sent.flatMap((one) => one.also ?? []),
    chain,
    step: call.step,
    confidence,
    target,
    ...(target === 'replica' ? { primary: onPrimary(call.step) } : {}),
    transaction,
    ofRow,
    notes: call.notes,
  });
};

/** `{ transaction }` among the options, or a callback of `sequelize.transaction` around it. */
const transactionOf = ({ flow, step }: Call, chain: Chain): string | undefined => {
  for (const arg of step.args) {
    const given = optionIn(objectIn(flow, [arg]), 'transaction');
    if (given === undefined) continue;
    if (flow.shapes(given).every((shape) => shape.kind === 'literal')) continue;
    return flow.transaction(flow.chain(given), ['transaction']) ?? flow.valueId(given);
  }
  return flow.transaction(chain, ['transaction']);
};

/** The model whose class the site stands in. */
const around = (site: Site, flow: Flow, data: SequelizeData): readonly SequelizeModel[] => {
  let id: number | undefined = site.function;
  while (id !== undefined) {
    const fn: Site['file']['functions'][number] | undefined = site.file.functions[id];
    const owner = fn?.class === undefined ? undefined : site.file.classes[fn.class];
    if (owner !== undefined) {
      const of = { file: site.file, class: owner };
      const model = data.byKey.get(classKey(of));
      return model === undefined ? [] : packageAbove(flow, of) === undefined ? [] : [model];
    }
    id = fn?.parent;
  }
  return [];
};

/** An overridden finder or a wrapper: it sends what it returns. */
const throughMethod = (
  call: Call,
  chain: Chain,
  self: Chain | undefined,
  fn: Parameters<typeof followed>[2],
  models: readonly SequelizeModel[],
): readonly Found[] => {
  const { flow, data, step } = call;
  const made = followed(flow, data, fn, self, step.args, models).flatMap((one) => {
    const inner = one.chain.steps[one.at];
    const answer = inner?.kind === 'call' ? sends(call, one.receiver, inner, one.chain) : undefined;
    return answer === undefined || one.receiver.kind === 'registry'
      ? []
      : [{ ...answer, confidence: one.receiver.confidence }];
  });
  const [first] = made;
  if (first === undefined) return [];
  const writes = made.find((one) => !['select', 'count', 'aggregate'].includes(one.operation));
  return found(
    call,
    chain,
    (writes ?? first).operation,
    made.flatMap((one) => one.sent),
    first.confidence,
  );
};

const known = (data: SequelizeData, name: string): boolean =>
  modelMethods.has(name) || rowMethods.has(name) || data.wrappers.has(name) || data.accessors.has(name);

const calls = [
  'findByPk',
  'findOne',
  'findAll',
  'findAndCountAll',
  'findOrCreate',
  'bulkCreate',
  'save',
  'destroy',
  'reload',
  'upsert',
  'increment',
  'decrement',
  'restore',
  'scope',
  'unscoped',
  '\\$(?:get|count|has|create|add|set|remove)',
];

export default defineOrm<SequelizeData>({
  id: 'sequelize',
  hosts: ['typescript'],
  modules: ['sequelize', 'sequelize-typescript', '@sequelize/core'],
  marker: new RegExp(
    `\\bsequelize\\b|\\.\\s*(?:${calls.join('|')})\\s*\\(|\\b[A-Z]\\w*\\s*\\.\\s*(?:create|count|update|max|min|sum)\\s*\\(|\\.(?:save|update|destroy|create|find|restore|upsert)[A-Z]\\w*\\(|\\.(?:get|add|set|create|remove|count)[A-Z]\\w*\\(|\\.update\\(`,
  ),
  models: {
    kind: 'code',
    marker: /\bsequelize(?:-typescript)?\b|@Table\b|\bextends\s+(?:\w+\.)?\w*Model\b/,
    read: (files, flowFor) => readModels(files, flowFor),
  },
  extract: (site, flow, data) => {
    const { value } = site;
    if (data === undefined || value.kind !== 'call' || value.isNew || value.callee.kind !== 'member') return [];
    const { property } = value.callee;
    if (typeof property !== 'string' || !known(data, property)) return [];
    const asked = flow.call(value);
    const step = asked.steps.at(-1);
    if (step?.kind !== 'call') return [];
    const chain = anyModel(flow, data, asked, step);
    const call: Call = { site, flow, data, notes: new Set(), step };
    const { root } = chain;
    if (root.kind === 'function') {
      if (chain.steps.length !== 1 || root.this === undefined) return [];
      const self = receiverOf(root.this, root.this.steps.length, flow, data);
      if (self === undefined || self.kind === 'registry') return [];
      const own = modelMethods.has(property) || rowMethods.has(property) || declaredAbove(flow, data, self, property);
      return own ? throughMethod(call, chain, root.this, root.function, self.models) : [];
    }
    const models = around(site, flow, data);
    const receiver = receiverOf(chain, chain.steps.length - 1, flow, data, models);
    if (receiver === undefined || receiver.kind === 'registry') return [];
    // A row that was loaded has the methods of its class.
    if (receiver.owner !== undefined) {
      const member = flow.member(receiver.owner, property, receiver.kind === 'model');
      const { member: declared, owner } = member ?? {};
      const fn = declared?.function === undefined ? undefined : owner?.file.functions[declared.function];
      if (fn !== undefined && owner !== undefined) {
        const own =
          modelMethods.has(property) || rowMethods.has(property) || declaredAbove(flow, data, receiver, property);
        if (!own) return [];
        const self: Chain =
          receiver.kind === 'model'
            ? { ...chain, steps: chain.steps.slice(0, -1) }
            : {
                ...chain,
                root: { kind: 'class', class: receiver.owner },
                steps: [
                  {
                    kind: 'instance',
                    types: [],
                    class: receiver.owner,
                    nameSpan: step.nameSpan,
                    span: step.span,
                    file: step.file,
                    when: [],
                  },
                ],
              };
        return throughMethod(call, chain, self, { file: owner.file, function: fn }, receiver.models);
      }
    }
    const answer = sends(call, receiver, step, chain);
    return answer === undefined || answer.sent.length === 0
      ? []
      : found(
          call,
          chain,
          answer.operation,
          answer.sent,
          receiver.confidence,
          receiver.kind === 'row' && rowMethods.has(property),
        );
  },
  ambient: ['transaction'],
  ambientAfter: 'useCLS',
  handle: {
    option: 'transaction',
    at: (method) =>
      /^(?:create|bulkCreate|upsert|update|increment|decrement|findByPk|max|min|sum)$/.test(method)
        ? 1
        : /^(?:find(?:One|All|AndCountAll|OrCreate)|count|destroy|restore|save|reload)$/.test(method)
          ? 0
          : undefined,
  },
  bind: (site, flow, data, key) => {
    const { value } = site;
    if (data === undefined || value.kind !== 'call' || value.callee.kind !== 'member') return undefined;
    const asked = flow.call(value);
    const step = asked.steps.at(-1);
    // What a method of the project sends is not said by the arguments that it is handed.
    if (step?.kind !== 'call' || asked.root.kind === 'function') return undefined;
    const chain = anyModel(flow, data, asked, step);
    const receiver = receiverOf(chain, chain.steps.length - 1, flow, data, around(site, flow, data));
    if (receiver === undefined || receiver.kind === 'registry') return undefined;
    const own = receiver.owner && flow.member(receiver.owner, step.name, receiver.kind === 'model');
    const [model, more] = receiver.models;
    if (own?.member.function !== undefined || model === undefined || more !== undefined) return undefined;
    return (receiver.kind === 'model' ? boundModel : boundRow)(flow, value, model, key);
  },
});

/** A value that may be several things: the first of them that is a model or a row of one. */
const anyModel = (flow: Flow, data: SequelizeData, asked: Chain, step: CallStep): Chain => {
  const { callee } = step.call;
  if (asked.root.kind === 'function' || callee.kind !== 'member') return asked;
  if (receiverOf(asked, asked.steps.length - 1, flow, data) !== undefined) return asked;
  const other = flow
    .chains(flow.ref(callee.object))
    .find((chain) => (receiverOf(chain, chain.steps.length, flow, data)?.kind ?? 'registry') !== 'registry');
  return other === undefined ? asked : { ...other, steps: [...other.steps, step], ref: asked.ref };
};

/** Declared by a class above the models: the table is known where it is called and not where it stands. */
const declaredAbove = (
  flow: Flow,
  data: SequelizeData,
  receiver: Exclude<Receiver, { kind: 'registry' }>,
  name: string,
): boolean => {
  const found = receiver.owner === undefined ? undefined : flow.member(receiver.owner, name, receiver.kind === 'model');
  return found !== undefined && !data.byKey.has(classKey(found.owner));
};
