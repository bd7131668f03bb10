/** Bookshelf: models over Knex by `extend`, `model` and classes; rows, collections and relations. */
import type { Chain, Flow, Step } from '../flow/flow';
import { contains } from '../text/span';
import { boundCall } from './bookshelf/bind';
import { type BookshelfData, type BookshelfModel, classKey, readBookshelf } from './bookshelf/models';
import { receiverOf, type Told } from './bookshelf/receiver';
import { sentBy } from './bookshelf/statement';
import { makeFound } from './build/found';
import { isHandleRoot } from './knex/handle';
import { defineOrm, type Found, type Site } from './orm';

const senders: ReadonlySet<string> = new Set([
  'fetch',
  'fetchAll',
  'fetchPage',
  'fetchOne',
  'count',
  'save',
  'destroy',
  'refresh',
  'load',
  'findOne',
  'findAll',
  'findById',
  'create',
  'attach',
  'detach',
  'updatePivot',
]);

const finders = /^(?:findOne|findAll|findById|create)$/;

/** Names that many other things have as well: the model itself must be known. */
const common = /^(?:fetch|count|save|create|load|attach|detach|destroy|refresh|findOne|findAll|findById)$/;

/** The model whose methods the site stands in: `this` is a row of it, or the model itself. */
const around = (site: Site, data: BookshelfData): Told | undefined => {
  const { span } = site.value;
  const told = (model: BookshelfModel): Told => ({
    model,
    confidence: 'certain',
    attributes: [],
    query: [],
    loaded: undefined,
    list: false,
    from: undefined,
  });
  for (const model of data.byKey.values()) {
    if (model.file !== site.file.path) continue;
    if (model.statics !== undefined && contains(model.statics, span)) return told(model);
    if (model.rows !== undefined && contains(model.rows, span))
      return { ...told(model), loaded: { value: site.value, file: site.file } };
  }
  const owner = site.file.functions[site.function]?.class;
  const holder = owner === undefined ? undefined : site.file.classes[owner];
  const model = holder === undefined ? undefined : data.byKey.get(classKey({ file: site.file, class: holder }));
  return model === undefined ? undefined : told(model);
};

const isThis = ({ ref }: Chain): boolean => {
  let at = ref.value;
  while (at.kind === 'call' || at.kind === 'member') at = at.kind === 'call' ? at.callee : at.object;
  return at.kind === 'this';
};

const read = (site: Site, flow: Flow, data: BookshelfData): readonly Found[] => {
  const { value } = site;
  if (value.kind !== 'call' || value.isNew || value.callee.kind !== 'member') return [];
  const { property } = value.callee;
  if (typeof property !== 'string' || !senders.has(property) || (!data.finders && finders.test(property))) return [];
  const asked = flow.call(value);
  // A method of that name which the project puts before the library's is followed where it stands.
  if (asked.root.kind === 'function') return [];
  const chain = builderOf(flow, site, asked);
  const step: Step | undefined = chain.steps.at(-1);
  if (step?.kind !== 'call' || step.call !== value) return [];
  const told = receiverOf(flow, chain, chain.steps.length - 1, data, isThis(asked) ? around(site, data) : undefined);
  if (
    told === undefined ||
    (told.model === undefined && common.test(property) && told.attributes.length === 0 && !forged(chain))
  )
    return [];
  const notes = new Set<string>();
  const own = flow.ref(value.callee.object);
  const sent = sentBy({ flow, data, site: flow.ref(value), notes, step, told, own });
  if (sent === undefined) return [];
  return makeFound(site, flow, {
    orm: 'bookshelf',
    operation: sent.operation,
    variants: [sent.query],
    also: sent.also,
    chain: asked,
    step,
    confidence: told.confidence,
    transaction: transactionOf(flow, step),
    ofRow: property === 'save',
    notes,
  });
};

const forged = ({ steps }: Chain): boolean => steps.some((step) => step.kind === 'call' && step.name === 'forge');

/** With the bare statements before it: `posts.where(…);`. */
const builderOf = (flow: Flow, site: Site, asked: Chain): Chain => {
  const built = flow.builder(flow.ref(site.value));
  return built.steps.at(-1)?.kind === 'call' && built.steps.length >= asked.steps.length ? built : asked;
};

/** `{ transacting: t }` among the options. */
const transactionOf = (flow: Flow, step: Step): string | undefined => {
  if (step.kind !== 'call') return undefined;
  for (const arg of step.args)
    for (const shape of flow.shapes(arg)) {
      const given = shape.kind === 'object' ? shape.entries.findLast((one) => one.key === 'transacting') : undefined;
      if (given === undefined || flow.shapes(given.value).every((one) => one.kind === 'literal')) continue;
      const chain = flow.chain(given.value);
      return (
        flow.transaction({ ...chain, steps: [...chain.steps, step] }, ['transaction'], isHandleRoot) ??
        flow.valueId(given.value)
      );
    }
  return undefined;
};

export default defineOrm<BookshelfData>({
  id: 'bookshelf',
  hosts: ['typescript'],
  modules: ['bookshelf'],
  marker:
    /\.\s*(?:fetch(?:All|Page|One)?|save|destroy|count|refresh|load|attach|detach|updatePivot|findOne|findAll|findById|create)\s*\(/,
  models: {
    kind: 'code',
    marker: /\btableName\b|\bbookshelf\b/i,
    read: (files, flow) => readBookshelf(files, flow),
  },
  extract: (site, flow, data) => (data === undefined ? [] : read(site, flow, data)),
  bind: (site, flow, data, key) => {
    const { value } = site;
    if (data === undefined || value.kind !== 'call') return undefined;
    const chain = builderOf(flow, site, flow.call(value));
    const told = receiverOf(flow, chain, chain.steps.length - 1, data, isThis(chain) ? around(site, data) : undefined);
    return told?.model && boundCall(flow, value, told.model, key);
  },
});
