/** What an act is about: the variables whose values it hands on, as the unit's own function and those that it calls name them. */
import type { Binding } from '../../flow/bindings';
import type { FileIndex } from '../../flow/fileIndex';
import type { Ref } from '../../flow/flow';
import type { Parent } from '../../flow/gathered';
import type { CallValue, HostFile, Template, Value } from '../../hosts/host';
import type { Relation } from '../../rules/unit';
import { contains } from '../../text/span';
import type { FileAct } from './fileActs';

export interface Matter {
  /** Those that stand in it as they are. */
  readonly direct: ReadonlySet<string>;
  /** And those that these were made of. */
  readonly all: ReadonlySet<string>;
  /** Variables that hold its answer, or something that was made while it ran. */
  readonly answers: ReadonlySet<string>;
  /** Variables that it is handed whole, or is called on: a new row has its key from the write then. */
  readonly rows: ReadonlySet<string>;
  /** Names of properties in it: what the code calls the columns that it hands over. */
  readonly fields: ReadonlySet<string>;
  /** Something in it is not followed: fields of an object, arguments that nobody hands over. */
  readonly open: boolean;
}

/** What a function was handed for a parameter; undefined where nothing says so. */
export type Given = (parameter: number) => Matter | undefined;

export function relationOf(write: Matter, message: Matter): Relation {
  if (meet(write.answers, message.all) || meet(write.direct, message.direct)) return 'same';
  if (meet(write.all, message.all)) return 'near';
  return write.open || message.open ? 'unknown' : 'none';
}

const meet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((one) => b.has(one));

/** Whether something in it may have been made of what the write answered. */
export const mayHoldAnswer = (write: Matter, other: Matter): boolean =>
  other.open || meet(write.answers, other.all) || meet(write.rows, other.all);

/** Variables that a value is made of are looked up so often, one in another. */
const bound = 6;

/** The calls that lead to a function: what it is handed by them, and the variables that hold what they answer. */
export interface Led {
  readonly given?: Given;
  readonly answers: ReadonlySet<string>;
  /** Nothing is handed over. */
  readonly bare: boolean;
}

/**
 * Of a site in the function `func`. A message of constants says that something is to be looked at, unless more was at hand;
 * a row of constants is that row, and what writes without saying what may write anything.
 */
export function matterOf(
  index: FileIndex,
  { kind, site }: Pick<FileAct, 'kind' | 'site'>,
  func: number,
  { given, answers, bare }: Led,
): Matter {
  const values = handedTo(wholeChain(index, site));
  const { direct, all, open, fields } = handedOn(index, values, func, given);
  const silent = kind === 'message' ? bare && all.size === 0 : values.length === 0;
  const whole = values.filter((value) => value.kind === 'name');
  const { direct: rows } = handedOn(index, whole, func, given);
  return { direct, all, open: open || silent, answers: answersAt(index, site, answers), rows, fields };
}

/** The variables that hold what a call answers, or what is made around it. */
export const answersAt = (
  index: FileIndex,
  { span }: CallValue | Template,
  outer: ReadonlySet<string>,
): ReadonlySet<string> =>
  new Set([
    ...outer,
    ...index.bindings
      .filter(
        ({ declared, writes }) =>
          (declared.kind === 'value' && declared.value !== undefined && contains(declared.value.span, span)) ||
          writes.some(({ value }) => contains(value.span, span)),
      )
      .map((binding) => idOf(index, binding)),
  ]);

const nothing: ReadonlySet<string> = new Set();
const empty: Matter = { direct: nothing, all: nothing, answers: nothing, rows: nothing, fields: nothing, open: false };

/** `args` stand in the function `caller`, which was handed `outer`. */
export function givenBy(
  args: readonly Ref[],
  indexOf: (file: HostFile) => FileIndex,
  caller: number,
  outer: Given | undefined,
): Given {
  const spread = args.findIndex(({ value }) => value.kind === 'spread');
  const known = new Map<number, Matter>();
  return (parameter) => {
    if (spread >= 0 && spread <= parameter) return undefined;
    const arg = args[parameter];
    if (arg === undefined) return empty;
    const made = known.get(parameter) ?? {
      ...handedOn(indexOf(arg.file), [arg.value], caller, outer),
      answers: nothing,
      rows: nothing,
    };
    known.set(parameter, made);
    return made;
  };
}

/** `db('orders').where(…).update(…)`, whichever of its calls is the site. */
function wholeChain(index: FileIndex, site: CallValue | Template): Value {
  let at: Value = site;
  for (;;) {
    const up: Parent | undefined = index.place(at)?.parent;
    if (!(up?.kind === 'member' && up.object === at) && !(up?.kind === 'call' && up.callee === at)) return at;
    at = up;
  }
}

/** All arguments of a chain of calls, and the row that the first of them is made on. */
function handedTo(chain: Value): readonly Value[] {
  const values: Value[] = [];
  let at = chain;
  for (;;) {
    if (at.kind === 'call') {
      values.push(...at.args);
      // `user.save()`: what is called directly on a variable may be about it.
      if (at.callee.kind === 'member' && at.callee.object.kind === 'name') values.push(at.callee.object);
      at = at.callee;
    } else if (at.kind === 'member') at = at.object;
    else if (at.kind === 'template') {
      values.push(...at.parts.flatMap((part) => (part.kind === 'hole' ? [part.value] : [])));
      return values;
    } else return values;
  }
}

function handedOn(
  index: FileIndex,
  values: readonly Value[],
  func: number,
  given: Given | undefined,
): Omit<Matter, 'answers' | 'rows'> {
  const direct = new Set<string>();
  const all = new Set<string>();
  const fields = new Set<string>();
  const entered = new Set<Binding>();
  let open = false;
  const add = (matter: Matter | undefined, depth: number): void => {
    open ||= matter?.open ?? true;
    for (const one of matter?.all ?? []) all.add(one);
    for (const one of matter?.fields ?? []) fields.add(one);
    if (depth === 0) for (const one of matter?.direct ?? []) direct.add(one);
  };
  const enter = (binding: Binding, depth: number): void => {
    const { declared, writes } = binding;
    // Modules hold constants and clients; a client is no part of what it sends.
    if (binding.function === 0 || carriers.test(binding.name)) return;
    if (declared.kind === 'param' && declared.function === func && given) {
      add(given(declared.index), depth);
      return;
    }
    const id = idOf(index, binding);
    all.add(id);
    if (depth === 0) direct.add(id);
    if (entered.has(binding) || depth >= bound) return;
    entered.add(binding);
    const from =
      declared.kind === 'value'
        ? declared.value
        : declared.kind === 'item'
          ? declared.over
          : declared.kind === 'param'
            ? callOf(index, declared.function)
            : undefined;
    const put = putInto(index, binding);
    for (const { field } of put) if (field !== undefined) fields.add(field);
    const later = [...writes.map((one) => one.value), ...put.flatMap(({ values: some }) => some)];
    // `const { id } = params`: another name for a part of it.
    const same = declared.kind === 'value' && (from?.kind === 'name' || from?.kind === 'member');
    if (from) walk(from, same ? depth : depth + 1);
    for (const value of later) walk(value, depth + 1);
  };
  const walk = (value: Value, depth: number): void => {
    switch (value.kind) {
      case 'name': {
        const binding = index.binding(value);
        if (binding) enter(binding, depth);
        break;
      }
      case 'this':
        open = true;
        break;
      case 'member':
        walk(value.object, depth);
        break;
      case 'call':
        for (const arg of value.args) walk(arg, depth);
        if (value.callee.kind === 'member' && value.callee.object.kind !== 'member')
          walkReceiver(value.callee.object, depth);
        break;
      case 'object':
        for (const entry of value.entries) {
          if (entry.kind === 'property' && typeof entry.key === 'string') fields.add(entry.key);
          walk(entry.value, depth);
        }
        break;
      case 'list':
        for (const item of value.items) walk(item, depth);
        break;
      case 'template':
        for (const piece of value.parts) if (piece.kind === 'hole') walk(piece.value, depth);
        break;
      case 'function':
        for (const { value: returned } of index.returns[value.function] ?? []) walk(returned, depth);
        break;
      case 'binary':
        walk(value.left, depth);
        walk(value.right, depth);
        break;
      case 'conditional':
        walk(value.then, depth);
        walk(value.otherwise, depth);
        break;
      case 'await':
      case 'spread':
      case 'unary':
      case 'keyword':
      case 'assign':
        walk(value.value, depth);
        break;
      case 'opaque':
        for (const part of value.parts) walk(part, depth);
        break;
    }
  };
  /** What a service answers is about what it was asked with, not about the service. */
  const walkReceiver = (value: Value, depth: number): void => {
    if (value.kind !== 'this') walk(value, depth);
  };
  for (const value of values) walk(value, 0);
  return { direct, all, open, fields };
}

const idOf = ({ file }: FileIndex, { name, span }: Pick<Binding, 'name' | 'span'>): string =>
  `${name}@${file.path}:${span.start}`;

/** Names of what statements are sent by, and of what goes through all functions and is part of no row. */
const carriers =
  /^(?:db|database|trx?|tx|transaction\w*|em|manager|entityManager|client|conn|connection|dbConnection|queryRunner|clientSession|log|logger)$/i;

/** `jobs.push(job)`, `job.data = data`. */
const putInto = (index: FileIndex, { mentions }: Binding): readonly Put[] =>
  mentions.flatMap(({ value }): readonly Put[] => {
    const member = index.place(value)?.parent;
    if (member?.kind !== 'member' || member.object !== value) return [];
    const up = index.place(member)?.parent;
    if (up?.kind === 'assign' && up.target === member)
      return [{ field: typeof member.property === 'string' ? member.property : undefined, values: [up.value] }];
    return up?.kind === 'call' &&
      up.callee === member &&
      /^(?:push|unshift|add|set|append)$/.test(String(member.property))
      ? [{ field: undefined, values: up.args }]
      : [];
  });

interface Put {
  readonly field: string | undefined;
  readonly values: readonly Value[];
}

/** What a function that is handed over is called with is part of what the call is made on: `rows.map((row) => …)`. */
export function callOf(index: FileIndex, func: number): Value | undefined {
  const value = index.functionValues.get(func);
  const up = value && index.place(value)?.parent;
  return up?.kind === 'call' && up.callee.kind === 'member' ? up.callee.object : undefined;
}
