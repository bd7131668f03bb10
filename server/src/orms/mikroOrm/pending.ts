/**
 * The unit of work, read backwards: what was persisted, removed or changed on the way to a `flush`, as far as the function
 * around it shows. What an earlier flush has sent already is left out.
 */
import type { Action, Arm, Entry, Flow, FuncRef, Ref, Step } from '../../flow/flow';
import type { MemberValue } from '../../hosts/host';
import type { Span } from '../../text/span';
import { isListTyped } from '../build/listTyped';
import type { Relation } from '../build/model';
import type { Context } from './context';
import { mayBeManager, type Receiver, receiverOf, relatedIn, rowIn } from './receiver';
import { type Given, givenRows } from './rows';

export interface RowWork {
  /**
   * `save`: an insert or an update, the source does not say which; `fill`: values of a new row, which sends nothing
   * unless it is persisted too.
   */
  readonly kind: 'insert' | 'update' | 'delete' | 'save' | 'fill';
  readonly row: Given;
  readonly at: Span;
}

/** A row of the link table of a many-to-many relation. */
export interface LinkWork {
  readonly kind: 'link' | 'unlink';
  readonly relation: Relation;
  readonly owner: Ref;
  /** `all`: whatever is linked to the owner. */
  readonly members: 'one' | 'some' | 'all';
  readonly at: Span;
}

export type Work = RowWork | LinkWork;

interface Noted {
  readonly work: readonly Work[];
  readonly flushes: boolean;
  /** New rows that are written when it is over, by their ids: from there on they are rows like those that were loaded. */
  readonly stored: readonly string[];
  readonly when: readonly Arm[];
  readonly many: boolean;
}

const flushes = new Set(['flush', 'tryFlush', 'commit', 'persistAndFlush', 'removeAndFlush', 'transactional']);
const collecting = new Set(['add', 'set', 'remove', 'removeAll']);

/**
 * `around`: the call stands in a callback inside of `fn`, what other callbacks do is no part of its way. `handed`: what
 * the flushing call itself is given.
 */
export const pendingWork = (
  c: Context,
  fn: FuncRef,
  before: Ref | undefined,
  around = false,
  handed: readonly Work[] = [],
): readonly Work[] => {
  const { work, stored } = pendingIn(c, fn, before, 0, around);
  return settled([...work, ...unstored(handed, new Set(stored))]).filter(({ kind }) => kind !== 'fill');
};

const unstored = (work: readonly Work[], stored: ReadonlySet<string>): readonly Work[] =>
  work.filter((one) => one.kind !== 'insert' || !stored.has(one.row.id));

/** What a function leaves when it is over. */
type Left = Pick<Noted, 'work' | 'flushes' | 'stored'>;

/** Calls that leave nothing pending, for one reading of a file: a flush asks about all that stands before it. */
const idle = new WeakMap<Flow, WeakSet<Ref['value']>>();

const idleIn = (flow: Flow): WeakSet<Ref['value']> => {
  const known = idle.get(flow) ?? new WeakSet();
  idle.set(flow, known);
  return known;
};

/** Functions of the project that are followed into each other. */
const depthCap = 2;

const pendingIn = (c: Context, fn: FuncRef, before: Ref | undefined, depth: number, around = false): Left => {
  const known = idleIn(c.flow);
  const noted: Noted[] = [];
  for (const action of c.flow.actions(fn, before)) {
    const { value, frame } = action.ref;
    if ((around && action.many) || (frame === undefined && known.has(value))) continue;
    const stored = storedBy(noted);
    const said = noteOf(c, action, stored);
    // What a flush is handed, it sends itself.
    const one = said?.flushes
      ? { ...said, work: [], stored: newRows(said.work) }
      : (said ?? (depth < depthCap ? followed(c, action, depth) : undefined));
    if (one === undefined && depth === 0 && frame === undefined) known.add(value);
    if (one === undefined) continue;
    noted.push({ stored: [], ...one, work: unstored(one.work, stored), when: action.when, many: action.many });
  }
  const left = noted.flatMap(({ work, when, many }, i) => (isSent(noted.slice(i + 1), when, many) ? [] : work));
  const flushes = noted.some((one) => one.flushes && one.when.length === 0);
  return { work: settled(left), flushes, stored: [...storedBy(noted)] };
};

const newRows = (work: readonly Work[]): readonly string[] =>
  work.flatMap((one) => (one.kind === 'insert' ? [one.row.id] : []));

const storedBy = (noted: readonly Noted[]): ReadonlySet<string> => {
  const found = new Set<string>();
  if (!noted.some((one) => one.flushes || one.stored.length > 0)) return found;
  for (const [i, { work, stored, when, many }] of noted.entries()) {
    for (const id of stored) found.add(id);
    const written = newRows(work);
    if (written.length > 0 && isSent(noted.slice(i + 1), when, many)) for (const id of written) found.add(id);
  }
  return found;
};

/** What a function of the project leaves pending that is called on the way: `addActivity(em, { user })`. */
const followed = (c: Context, { ref, many }: Action, depth: number): Left | undefined => {
  const { value } = ref;
  if (value.kind !== 'call' || value.isNew) return undefined;
  const { root, steps } = c.flow.callAt(ref);
  const [step] = steps;
  if (root.kind !== 'function' || steps.length !== 1 || step?.kind !== 'call') return undefined;
  const { file, function: func, frame: outer } = root.function;
  const mayNote = ({ ref: inside }: Action): boolean => inside.value.kind === 'assign' || isNoted(inside.value);
  if (depth + 1 === depthCap && !c.flow.actions({ file, function: func }).some(mayNote)) return undefined;
  const frame = {
    file,
    function: func.id,
    args: step.args,
    ...(root.this === undefined ? {} : { this: root.this }),
    ...(outer === undefined ? {} : { outer }),
    depth: (ref.frame?.depth ?? 0) + 1,
  };
  const inside = pendingIn(c, { file, function: func, frame }, undefined, depth + 1);
  const { span } = value;
  const own = inside.work.map((work): Work => ({ ...work, at: at(c, span, ref) }));
  return own.length === 0 && !inside.flushes ? undefined : { ...inside, work: many ? own.map(repeated) : own };
};

const repeated = (work: Work): Work => ('row' in work ? { ...work, row: { ...work.row, many: true } } : work);

const isNoted = (value: Ref['value']): boolean =>
  value.kind === 'call' &&
  value.callee.kind === 'member' &&
  typeof value.callee.property === 'string' &&
  (flushes.has(value.callee.property) || noting.has(value.callee.property));

/** What one call hands over. */
export const workOf = (c: Context, ref: Ref): readonly Work[] =>
  settled(noteOf(c, { ref, when: [], many: false }, new Set())?.work ?? []);

/** A flush that happens whenever the work did. */
const isSent = (later: readonly Noted[], when: readonly Arm[], many: boolean): boolean =>
  later.some(
    (one) =>
      one.flushes &&
      (many || !one.many) &&
      one.when.every((arm) => when.some((own) => own.branch === arm.branch && own.arm === arm.arm)),
  );

/** One statement a row: what is new is inserted whole, and a changed row that is persisted is an update. */
const settled = (all: readonly Work[]): readonly Work[] => {
  const kept: Work[] = [];
  const rows = new Map<string, number>();
  for (const work of all) {
    if (!('row' in work)) {
      kept.push(work);
      continue;
    }
    const at = rows.get(work.row.id);
    const before = at === undefined ? undefined : kept[at];
    if (at === undefined || before === undefined || !('row' in before)) {
      rows.set(work.row.id, kept.length);
      kept.push(work);
    } else if (work.kind === 'delete') kept[at] = work;
    else if (before.kind === 'fill' || work.kind === 'fill') kept[at] = filled(before, work);
    else if (before.kind === 'save' || before.kind === 'update') {
      const known = before.kind === 'update' ? before : work;
      const entries = [...before.row.entries, ...work.row.entries];
      kept[at] = { ...known, row: { ...known.row, entries } };
    }
  }
  return kept;
};

const filled = (before: RowWork, work: RowWork): RowWork => {
  const { kind, row, at } = before.kind === 'fill' ? work : before;
  const entries = [...before.row.entries, ...work.row.entries];
  return { kind, row: { ...row, entries, open: before.row.open || work.row.open }, at };
};

const noteOf = (
  c: Context,
  action: Action,
  stored: ReadonlySet<string>,
): Pick<Noted, 'work' | 'flushes'> | undefined => {
  const { ref } = action;
  const { value } = ref;
  if (value.kind === 'assign') {
    const work = value.target.kind === 'member' ? assigned(c, action, value.target, value.value, stored) : [];
    return work.length === 0 ? undefined : { work, flushes: false };
  }
  if (value.kind !== 'call' || value.isNew || value.callee.kind !== 'member') return undefined;
  const { property } = value.callee;
  if (typeof property !== 'string') return undefined;
  const flushing = flushes.has(property);
  if (!flushing && !noting.has(property) && !mayChange(c, ref, value.callee)) return undefined;
  const work = called(c, action, property, value.callee);
  return work.length === 0 && !flushing ? undefined : { work, flushes: flushing };
};

const noting = new Set([...['persist', 'persistLater', 'remove', 'removeLater', 'create', 'assign'], ...collecting]);

const at = (c: Context, span: Span, ref: Ref): Span => (ref.file === c.site.file ? span : c.site.value.span);

/** `user.name = x` of a row that is managed. */
const assigned = (
  c: Context,
  { ref, many }: Action,
  target: MemberValue,
  value: Ref['value'],
  stored: ReadonlySet<string>,
): readonly Work[] => {
  const own: Ref = { ...ref, value: target.object };
  const row = rowIn(c.flow, c.data, own);
  const [entity] = row?.entities ?? [];
  if (row === undefined || entity === undefined || typeof target.property !== 'string') return [];
  if (row.origin === 'new' && (stored.size === 0 || !givenRows(c, own).some(({ id }) => stored.has(id)))) return [];
  const name = target.property;
  const isColumn =
    entity.fields.has(name) ||
    entity.relations.has(name) ||
    [...entity.fields.keys()].some((key) => key.startsWith(`${name}.`));
  if (!isColumn) return [];
  const entry: Entry = { key: name, keySpan: target.propertySpan, value: { ...ref, value }, when: [], file: ref.file };
  return [
    { kind: 'update', row: changed(c, own, entity, [entry], many || row.many), at: at(c, target.propertySpan, ref) },
  ];
};

const changed = (c: Context, ref: Ref, entity: Given['entity'], entries: readonly Entry[], many: boolean): Given => ({
  entity,
  origin: 'loaded',
  entries,
  open: false,
  many,
  ref,
  id: c.flow.valueId(ref),
});

const called = (c: Context, action: Action, name: string, callee: MemberValue): readonly Work[] => {
  const { ref, many } = action;
  if (ref.value.kind !== 'call') return [];
  const chain = c.flow.callAt(ref);
  const step = chain.steps.at(-1);
  if (step?.kind !== 'call') return [];
  const receiver = receiverOf(chain, chain.steps.length - 1, c.flow, c.data);
  const span = at(c, step.nameSpan, ref);
  const [first] = step.args;
  const related = collecting.has(name) ? relatedIn(c.flow, c.data, { ...ref, value: callee.object }) : undefined;
  if (related !== undefined) return collected(c, step, related, callee, span, many, ref);
  const row =
    receiver === undefined && !noting.has(name)
      ? rowIn(c.flow, c.data, { ...ref, value: callee.object })
      : receiver?.kind === 'row'
        ? receiver
        : undefined;
  if (row !== undefined) return rowChanged(c, action, name, callee, row, step, span);
  if (name === 'assign' && first !== undefined) return assignedAll(c, first, step.args[1], many, span);
  const manages =
    receiver?.kind === 'manager' || receiver?.kind === 'repository' || (receiver === undefined && mayBeManager(chain));
  if (!manages || first === undefined) return [];
  switch (name) {
    case 'persist':
    case 'persistLater':
    case 'persistAndFlush':
      return givenRows(c, first, many)
        .filter((row) => receiver !== undefined || row.entity !== undefined)
        .map((row): Work => ({ kind: persistKind(row), row, at: span }));
    case 'remove':
    case 'removeLater':
    case 'removeAndFlush':
      return givenRows(c, first, many)
        .filter((row) => receiver !== undefined || row.entity !== undefined)
        .map((row): Work => ({ kind: 'delete', row, at: span }));
    case 'create': {
      if (!c.data.settings.persistsCreated) return [];
      return givenRows(c, ref, many)
        .filter((row) => row.entity !== undefined && row.origin === 'new')
        .map((row): Work => ({ kind: 'insert', row, at: span }));
    }
    default:
      return [];
  }
};

const persistKind = ({ origin }: Given): 'insert' | 'update' | 'save' =>
  origin === 'new' ? 'insert' : origin === 'loaded' || origin === 'reference' ? 'update' : 'save';

/** `em.assign(row, data)`, `Object.assign(row, data)`. */
const assignedAll = (c: Context, ref: Ref, data: Ref | undefined, many: boolean, span: Span): readonly Work[] => {
  const row = rowIn(c.flow, c.data, ref);
  const [entity] = row?.entities ?? [];
  if (row === undefined || entity === undefined) return [];
  const shape = data === undefined ? undefined : c.flow.shapes(data).find((one) => one.kind === 'object');
  const entries = shape?.kind === 'object' ? shape.entries : [];
  const open = shape?.kind !== 'object' || shape.open;
  if (row.origin === 'new')
    return givenRows(c, ref, many).map((one): Work => ({ kind: 'fill', row: { ...one, entries, open }, at: span }));
  return [{ kind: 'update', row: { ...changed(c, ref, entity, entries, many || row.many), open }, at: span }];
};

/** `user.books.add(book)`. */
const collected = (
  c: Context,
  step: Step & { readonly kind: 'call' },
  { relation, entities, from }: Receiver & { readonly kind: 'related' },
  callee: MemberValue,
  span: Span,
  many: boolean,
  ref: Ref,
): readonly Work[] => {
  const { name, args } = step;
  if (callee.object.kind !== 'member') return [];
  const owner: Ref = { ...ref, value: callee.object.object };
  const rows = args.flatMap((arg) => givenRows(c, arg, many));
  const fresh = rows
    .filter((row) => row.origin === 'new' && row.entity !== undefined)
    .map((row): Work => ({ kind: 'insert', row: withOwner(row, relation, from, owner), at: span }));
  if (relation.through !== undefined) {
    const isList = args.some((arg) => arg.value.kind === 'spread' || isListTyped(c.flow, arg));
    const members = rows.length === 1 && !isList && rows[0]?.many === false ? 'one' : 'some';
    const link: Work = { kind: 'link', relation, owner, members, at: span };
    const unlink: Work = { kind: 'unlink', relation, owner, members: name === 'remove' ? members : 'all', at: span };
    return name === 'add' ? [...fresh, link] : name === 'set' ? [unlink, ...fresh, link] : [unlink];
  }
  const [entity] = entities;
  if (fresh.length > 0 || entity === undefined) return fresh;
  const ids = rows.length === 0 ? [{ ref: owner, id: `${c.flow.valueId(owner)}.${relation.name}` }] : rows;
  return ids.map(
    (row): Work => ({
      kind: 'update',
      row: { ...changed(c, row.ref, entity, [], true), open: true, id: row.id },
      at: span,
    }),
  );
};

/** The foreign key that a row gets by standing in a collection. */
const withOwner = (row: Given, relation: Relation, from: NonNullable<Given['entity']>, owner: Ref): Given => {
  const back = [...(row.entity?.relations.values() ?? [])].find(
    (one) =>
      one.owns && one.target === from.name && one.on.every((pair) => relation.on.some((own) => own.other === pair.own)),
  );
  if (back === undefined || row.entries.some(({ key }) => key === back.name)) return row;
  const entry: Entry = { key: back.name, keySpan: owner.value.span, value: owner, when: [], file: owner.file };
  return { ...row, entries: [...row.entries, entry] };
};

/** `wrap(user).assign(data)`, and methods of the entity's own class that set its members. */
const rowChanged = (
  c: Context,
  { ref, many }: Action,
  name: string,
  callee: MemberValue,
  row: Receiver & { readonly kind: 'row' },
  step: Step & { readonly kind: 'call' },
  span: Span,
): readonly Work[] => {
  const [entity] = row.entities;
  if (entity === undefined || (row.origin === 'new' && name !== 'assign')) return [];
  const { object } = callee;
  const wrapped = object.kind === 'call' && !object.isNew && object.args.length === 1 ? object.args[0] : undefined;
  const own: Ref = { ...ref, value: wrapped ?? object };
  if (name === 'assign') return assignedAll(c, own, step.args[0], many, span);
  const chain = c.flow.chain(own);
  const owner = chain.root.kind === 'class' ? chain.root.class : undefined;
  const method = owner === undefined ? undefined : c.flow.member(owner, name, false);
  const func = method?.member.function === undefined ? undefined : method.owner.file.functions[method.member.function];
  if (method === undefined || func === undefined) return [];
  const entries = c.flow
    .actions({ file: method.owner.file, function: func })
    .flatMap(({ ref: set }): readonly Entry[] => {
      const { value } = set;
      if (value.kind !== 'assign' || value.target.kind !== 'member' || value.target.object.kind !== 'this') return [];
      const { property, propertySpan } = value.target;
      if (typeof property !== 'string') return [];
      return [
        { key: property, keySpan: propertySpan, value: { ...set, value: value.value }, when: [], file: set.file },
      ];
    });
  if (entries.length === 0) return [];
  return [{ kind: 'update', row: changed(c, own, entity, entries, many || row.many), at: span }];
};

/** A method that the class of a row declares: worth a look only where the name at the bottom is a row. */
const mayChange = (c: Context, ref: Ref, callee: MemberValue): boolean =>
  callee.object.kind !== 'this' && rowIn(c.flow, c.data, { ...ref, value: callee.object }) !== undefined;
