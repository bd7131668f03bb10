/** Models that a call makes: `class X extends Model` with `X.init(…)`, and `sequelize.define('x', …)`. */
import type { ClassRef, Flow, ObjectShape, Ref } from '../../flow/flow';
import type { CallValue, HostFile } from '../../hosts/host';
import { underscored } from '../../text/english';
import { isTrue, objectIn, optionIn, textIn } from '../build/options';
import { columnFacts } from './columns';
import { withHanded } from './handedOptions';
import { type Attribute, classIn, type DeclaredModel, type Defaults, entriesOf, isHook, tableName } from './models';
import { classKey, isSequelize, packageAbove, placeKey } from './reading';

/** The class whose model an `init` makes: `User.init(…)`, `super.init(…)` in a static method of its own of that name. */
const initialised = (flow: Flow, file: HostFile, { callee, span }: CallValue): ClassRef | undefined => {
  if (callee.kind !== 'member' || callee.property !== 'init') return undefined;
  if (callee.object.kind === 'super') {
    const around = file.classes.findLast((one) => one.span.start <= span.start && span.end <= one.span.end);
    return around === undefined ? undefined : { file, class: around };
  }
  const owner = flow.classOf(flow.ref(callee.object));
  return owner === undefined || flow.member(owner, 'init', true) !== undefined ? undefined : owner;
};

export const isInitOf = (flow: Flow, file: HostFile, call: CallValue, of: ClassRef): boolean => {
  const found = initialised(flow, file, call);
  return found !== undefined && classKey(found) === classKey(of);
};

export const calledModel = (
  flow: Flow,
  file: HostFile,
  call: CallValue,
  defaults: Defaults,
): DeclaredModel | undefined => {
  if (call.isNew || call.callee.kind !== 'member') return undefined;
  const { property, object } = call.callee;
  if (property !== 'init' && property !== 'define') return undefined;
  const args = call.args.map((arg) => flow.ref(arg));
  if (property === 'init') {
    const owner = initialised(flow, file, call);
    if (owner === undefined || packageAbove(flow, owner) === undefined) return undefined;
    const [attributes, options] = args;
    const settings = objectIn(flow, [options]);
    const label = textIn(flow, optionIn(settings, 'modelName')) ?? owner.class.name ?? '';
    return fromObjects(
      flow,
      { file: file.path, span: call.span },
      classKey(owner),
      label,
      attributes,
      settings,
      owner,
      withHanded(defaults, file, call, settings?.open ?? options !== undefined),
    );
  }
  const [name, attributes, options] = args;
  const label = textIn(flow, name);
  const { root } = flow.chain(flow.ref(object));
  const ours =
    root.kind === 'package'
      ? isSequelize(root.module)
      : root.kind === 'unknown' && /sequelize|^db$/i.test(flow.print(flow.ref(object)));
  if (label === undefined || !ours || objectIn(flow, [attributes]) === undefined) return undefined;
  return fromObjects(
    flow,
    { file: file.path, span: call.span },
    placeKey(file.path, call),
    label,
    attributes,
    objectIn(flow, [options]),
    undefined,
    defaults,
  );
};

export const fromObjects = (
  flow: Flow,
  at: DeclaredModel['at'],
  key: string,
  label: string,
  attributes: Ref | undefined,
  options: ObjectShape | undefined,
  owner: ClassRef | undefined,
  defaults: Defaults,
): DeclaredModel => {
  const snake = isTrue(flow, optionIn(options, 'underscored')) || defaults.snake;
  const own = (objectIn(flow, [attributes])?.entries ?? []).flatMap((entry): readonly Attribute[] => {
    if (entry.key === undefined) return [];
    const settings = objectIn(flow, [entry.value]);
    const references = objectIn(flow, [optionIn(settings, 'references')]);
    const model = optionIn(references, 'model');
    const primary = isTrue(flow, optionIn(settings, 'primaryKey'));
    return [
      {
        name: entry.key,
        field: textIn(flow, optionIn(settings, 'field')) ?? (snake ? underscored(entry.key) : entry.key),
        facts: columnFacts(flow, {
          marks: [{ name: 'Column', args: [entry.value] }],
          settings,
          primary,
          span: entry.keySpan,
        }),
        primary,
        refers: model === undefined ? undefined : classIn(flow, model),
        span: entry.keySpan,
        file: entry.file.path,
      },
    ];
  });
  return {
    key,
    label,
    table: tableName(flow, options, label, defaults),
    attributes: own,
    snake,
    paranoid: isTrue(flow, optionIn(options, 'paranoid')),
    deletedAt: textIn(flow, optionIn(options, 'deletedAt')) ?? 'deletedAt',
    defaultScope: optionIn(options, 'defaultScope'),
    scopes: new Map(entriesOf(objectIn(flow, [optionIn(options, 'scopes')]))),
    statics: new Map(),
    methods: [],
    hooks: entriesOf(objectIn(flow, [optionIn(options, 'hooks')])).flatMap(([name, value]) =>
      isHook(name) ? flow.shapes(value).flatMap((shape) => (shape.kind === 'function' ? [shape.function] : [])) : [],
    ),
    owner,
    associations: [],
    at,
  };
};
