/** Models as Bookshelf knows them: `bookshelf.model('Post', { … })`, `Model.extend({ … })`, classes; and their relations. */
import type { ClassRef, Flow, FuncRef, ObjectShape, Ref } from '../../flow/flow';
import type { CallValue, HostFile } from '../../hosts/host';
import { emptySchema } from '../../schema/model';
import type { Span } from '../../text/span';
import { callsIn } from '../build/calls';
import { type Casing, snaked } from '../build/casing';
import type { Model } from '../build/model';
import type { Declared } from '../orm';
import { relationIn } from './relations';

export interface BookshelfModel extends Model {
  /** The name that it is registered under, or that of the constant or class. */
  readonly label: string;
  readonly id: string;
  readonly casing: Casing | undefined;
  /** Where its methods stand: of rows, and of the model itself. */
  readonly rows: Span | undefined;
  readonly statics: Span | undefined;
  readonly file: string;
}

export interface BookshelfData {
  /** By the place of the call that makes it, or by class. */
  readonly byKey: ReadonlyMap<string, BookshelfModel>;
  readonly byName: ReadonlyMap<string, readonly BookshelfModel[]>;
  /** Models have the finders of `bookshelf-modelbase`; elsewhere those names are the project's own. */
  readonly finders: boolean;
}

export const isBookshelf = (module: string): boolean => /^bookshelf(?:\/|$)/.test(module);

export const placeKey = (path: string, call: CallValue): string => `${path}:${call.span.start}`;
export const classKey = ({ file, class: owner }: ClassRef): string => `${file.path}#${owner.id}`;

export const textIn = (flow: Flow, ref: Ref | undefined): string | undefined => {
  const shape = ref === undefined ? undefined : flow.shapes(ref).find((one) => one.kind === 'literal');
  return shape?.kind === 'literal' && typeof shape.value === 'string' ? shape.value : undefined;
};

const objectIn = (flow: Flow, ref: Ref | undefined): ObjectShape | undefined => {
  const shape = ref === undefined ? undefined : flow.shapes(ref).find((one) => one.kind === 'object');
  return shape?.kind === 'object' ? shape : undefined;
};

export interface Begun {
  readonly key: string;
  readonly labels: readonly string[];
  readonly flow: Flow;
  readonly file: HostFile;
  readonly table: string;
  readonly id: string;
  readonly methods: readonly { readonly name: string; readonly fn: FuncRef; readonly span: Span }[];
  readonly rows: Span | undefined;
  readonly statics: Span | undefined;
  readonly casing: Casing | undefined;
  readonly span: Span;
}

/** The call that makes a model of an object: `extend({ … })`, `model('Post', { … })`. */
export const isMaker = ({ callee, args }: CallValue): boolean => {
  if (callee.kind !== 'member' || typeof callee.property !== 'string') return false;
  return callee.property === 'extend' ? args.length > 0 : callee.property === 'model' && args.length > 1;
};

export const readBookshelf = (
  files: readonly HostFile[],
  flowOf: (file: HostFile) => Flow,
): Declared<BookshelfData> => {
  const snake = files.some(
    (file) => file.imports.some(({ module }) => converters.test(module)) || callsIn(file).some(isConverter),
  )
    ? plainCasing
    : undefined;
  const begun = files.flatMap((file) => {
    const flow = flowOf(file);
    return [...calledModels(flow, file, snake), ...classModels(flow, file, snake)];
  });
  const registered = new Map<string, string>();
  for (const file of files)
    for (const call of callsIn(file)) {
      const named = registration(flowOf(file), file, call);
      if (named !== undefined) registered.set(named.key, named.name);
    }
  const all = begun.map((one) => ({
    ...one,
    labels: [...new Set([registered.get(one.key), ...one.labels])].filter((label) => label !== undefined),
  }));
  const models = all.map((one) => modelOf(one, all));
  const byName = new Map<string, BookshelfModel[]>();
  all.forEach(({ labels }, i) => {
    const model = models[i];
    if (model !== undefined) for (const label of labels) byName.set(label, [...(byName.get(label) ?? []), model]);
  });
  const finders = files.some(
    (file) =>
      file.imports.some(({ module }) => module === modelBase) ||
      callsIn(file).some(({ args: [first] }) => first?.kind === 'literal' && first.value === modelBase),
  );
  return { data: { byKey: new Map(models.map((model) => [model.name, model])), byName, finders }, schema: emptySchema };
};

const modelBase = 'bookshelf-modelbase';

const plainCasing: Casing = { upper: false, digits: false, capitals: false };
const converters = /case-converter|camel-?case/i;

/** `bookshelf.plugin('bookshelf-case-converter-plugin')`, `require('…')` of it. */
const isConverter = ({ callee, args }: CallValue): boolean => {
  const name = callee.kind === 'member' ? callee.property : callee.kind === 'name' ? callee.name : '';
  const [first] = args;
  return (
    (name === 'plugin' || name === 'require') &&
    first?.kind === 'literal' &&
    typeof first.value === 'string' &&
    /bookshelf-(?:case-converter|camelcase)/.test(first.value)
  );
};

/** `bookshelf.model('Post', Post)`. */
const registration = (
  flow: Flow,
  file: HostFile,
  call: CallValue,
): { readonly key: string; readonly name: string } | undefined => {
  const [name, model] = call.args;
  if (!isMaker(call) || name === undefined || model === undefined || call.callee.kind !== 'member') return undefined;
  if (call.callee.property !== 'model' || (model.kind !== 'name' && model.kind !== 'member')) return undefined;
  const label = textIn(flow, { value: name, file });
  const key = keyOf(flow, { value: model, file });
  return label === undefined || key === undefined ? undefined : { key, name: label };
};

/** The model that an expression names. */
export const keyOf = (flow: Flow, ref: Ref): string | undefined => {
  const { root, steps } = flow.chain(ref);
  if (root.kind === 'class' && steps.length === 0) return classKey(root.class);
  const made = steps.findLast((step) => step.kind === 'call' && isMaker(step.call));
  return made?.kind === 'call' ? placeKey(made.file.path, made.call) : undefined;
};

const calledModels = (flow: Flow, file: HostFile, casing: Casing | undefined): readonly Begun[] => {
  const kept = constantsIn(file);
  return callsIn(file).flatMap((call): readonly Begun[] => {
    if (!isMaker(call) || call.callee.kind !== 'member') return [];
    const isModel = call.callee.property === 'model';
    const [proto, statics] = isModel ? call.args.slice(1) : call.args;
    if (proto === undefined) return [];
    const object = objectIn(flow, { value: proto, file });
    const table = textIn(flow, entryOf(object, 'tableName')) ?? getterText(flow, object, 'tableName');
    if (object === undefined || table === undefined) return [];
    const named = isModel && call.args[0] !== undefined ? textIn(flow, { value: call.args[0], file }) : undefined;
    const constant = kept.get(call);
    return [
      {
        key: placeKey(file.path, call),
        labels: [named, constant].filter((label) => label !== undefined),
        flow,
        file,
        table,
        id: textIn(flow, entryOf(object, 'idAttribute')) ?? 'id',
        methods: object.entries.flatMap(({ key, value, keySpan }) => {
          const [fn] = flow.shapes(value);
          return key !== undefined && fn?.kind === 'function' ? [{ name: key, fn: fn.function, span: keySpan }] : [];
        }),
        rows: proto.span,
        statics: statics?.span,
        casing: formats(flow, entryOf(object, 'format')) ? plainCasing : casing,
        span: call.span,
      },
    ];
  });
};

const entryOf = (object: ObjectShape | undefined, key: string): Ref | undefined =>
  object?.entries.findLast((one) => one.key === key)?.value;

/** `get tableName() { return 'posts'; }` in an object. */
const getterText = (flow: Flow, object: ObjectShape | undefined, key: string): string | undefined => {
  const value = entryOf(object, key);
  const [fn] = value === undefined ? [] : flow.shapes(value);
  return fn?.kind === 'function' ? textIn(flow, flow.callback(fn.function).returns[0]?.value) : undefined;
};

/** `format` that makes snake case of attributes. */
const formats = (flow: Flow, ref: Ref | undefined): boolean => {
  const [fn] = ref === undefined ? [] : flow.shapes(ref);
  return fn?.kind === 'function' && /snake|underscored/i.test(JSON.stringify(fn.function.function.body));
};

/** Calls that a constant of the module holds. */
const constantsIn = (file: HostFile): ReadonlyMap<CallValue, string> => {
  const found = new Map<CallValue, string>();
  for (const statement of file.functions.flatMap(({ body }) => body)) {
    if (statement.kind === 'declare' && statement.pattern.kind === 'name' && statement.value?.kind === 'call')
      found.set(statement.value, statement.pattern.name);
    if (statement.kind === 'expression' && statement.value.kind === 'assign' && statement.value.value.kind === 'call') {
      const { target } = statement.value;
      if ('kind' in target && target.kind === 'name') found.set(statement.value.value, target.name);
    }
  }
  return found;
};

const classModels = (flow: Flow, file: HostFile, casing: Casing | undefined): readonly Begun[] =>
  file.classes.flatMap((owner): readonly Begun[] => {
    const of: ClassRef = { file, class: owner };
    if (owner.extends === undefined) return [];
    const said = (name: string): string | undefined => {
      const found = flow.member(of, name, false);
      if (found === undefined) return undefined;
      const { member, owner: holder } = found;
      if (member.value !== undefined) return textIn(flow, { value: member.value, file: holder.file });
      const fn = member.function === undefined ? undefined : holder.file.functions[member.function];
      return fn === undefined
        ? undefined
        : textIn(flow, flow.callback({ file: holder.file, function: fn }).returns[0]?.value);
    };
    const table = said('tableName');
    if (table === undefined) return [];
    return [
      {
        key: classKey(of),
        labels: owner.name === undefined ? [] : [owner.name],
        flow,
        file,
        table,
        id: said('idAttribute') ?? 'id',
        methods: owner.members.flatMap(({ name, kind, function: id, static: isStatic, span }) => {
          const fn = id === undefined ? undefined : file.functions[id];
          return fn === undefined || kind !== 'method' || isStatic ? [] : [{ name, fn: { file, function: fn }, span }];
        }),
        rows: undefined,
        statics: undefined,
        casing,
        span: owner.span,
      },
    ];
  });

const modelOf = (begun: Begun, all: readonly Begun[]): BookshelfModel => {
  const { key, table, id, casing, file, span, rows, statics, labels } = begun;
  const relations = begun.methods.flatMap((method) => relationIn(begun, method, all) ?? []);
  const sent = (name: string): string => (casing === undefined ? name : snaked(name, casing));
  return {
    name: key,
    label: labels[0] ?? '',
    table: table.split('.'),
    fields: new Map(),
    relations: new Map(relations.map((relation) => [relation.name, relation])),
    keys: new Map(),
    primaryKey: [],
    kind: 'table',
    declared: false,
    at: { file: file.path, span },
    id: sent(id),
    casing,
    rows,
    statics,
    file: file.path,
  };
};
