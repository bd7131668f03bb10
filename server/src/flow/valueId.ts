/** Identity of values: equal ids are the same value when the statement runs. */
import type { Value } from '../hosts/host';
import type { Binding, PathStep } from './bindings';
import type { Ref } from './flow';
import { bare, bindingOf, frameOf, type Linker, part, refIn, within } from './linker';
import { printValue } from './print';

/** Calls that give back the value that they are handed, in another type. */
const conversions = new Set([
  'String',
  'Number',
  'BigInt',
  'parseInt',
  'ObjectId',
  'Types.ObjectId',
  'mongoose.Types.ObjectId',
  'Long.fromString',
]);
const converting = new Set(['toString', 'toHexString', 'trim', 'valueOf']);

export const valueIdOf = (linker: Linker, ref: Ref): string =>
  within(
    linker,
    () => read(linker, { ...ref, value: bare(ref.value) }),
    () => placed(ref),
  );

const placed = (ref: Ref): string => `${printValue(ref.value)}@${ref.file.path}:${ref.value.span.start}`;

const suffix = (path: readonly PathStep[]): string =>
  path
    .map((step) => (step.kind === 'key' ? `.${step.key}` : step.kind === 'index' ? `[${step.index}]` : '...'))
    .join('');

const named = (binding: Binding): string => `${binding.name}@${binding.file.path}:${binding.span.start}`;

const read = (linker: Linker, ref: Ref): string => {
  const { value, file } = ref;
  switch (value.kind) {
    case 'literal':
      return typeof value.value === 'string' ? `'${value.value}'` : String(value.value);
    case 'name':
      return nameId(linker, ref);
    case 'this':
      return `this@${file.path}`;
    case 'member': {
      const object = valueIdOf(linker, part(ref, value.object));
      const { property } = value;
      if (typeof property === 'string') return `${object}.${property}`;
      return `${object}[${valueIdOf(linker, part(ref, property))}]`;
    }
    case 'call': {
      const [first] = value.args;
      const name = printValue(value.callee);
      if (first !== undefined && value.args.length <= 2 && conversions.has(name))
        return valueIdOf(linker, part(ref, first));
      const { callee } = value;
      if (
        callee.kind === 'member' &&
        typeof callee.property === 'string' &&
        converting.has(callee.property) &&
        value.args.length === 0
      ) {
        return valueIdOf(linker, part(ref, callee.object));
      }
      return placed(ref);
    }
    case 'template': {
      // `${id}` alone is a conversion too.
      const [only] = value.parts;
      if (value.tag === undefined && value.parts.length === 1 && only?.kind === 'hole')
        return valueIdOf(linker, part(ref, only.value));
      return placed(ref);
    }
    case 'unary':
      return value.op === '+' ? valueIdOf(linker, part(ref, value.value)) : placed(ref);
    default:
      return placed(ref);
  }
};

/** What a constant stands for, where that is itself a name, a member or a literal. */
const nameId = (linker: Linker, ref: Ref): string => {
  const binding = bindingOf(linker, ref);
  if (binding === undefined) return printValue(ref.value);
  const { declared, file } = binding;
  if (binding.writes.length > 0) return named(binding);
  if (declared.kind === 'value' && declared.value !== undefined) {
    const value: Value = bare(declared.value);
    const path = suffix(declared.path);
    const hasDefault = declared.path.some((step) => step.kind === 'key' && step.default !== undefined);
    const plain = value.kind === 'name' || value.kind === 'member' || value.kind === 'literal' || value.kind === 'this';
    const converted =
      declared.path.length === 0 && (value.kind === 'call' || value.kind === 'unary' || value.kind === 'template');
    if (plain && !hasDefault) return valueIdOf(linker, refIn(file, value, ref.frame)) + path;
    if (converted) {
      const id = valueIdOf(linker, refIn(file, value, ref.frame));
      if (id !== placed(refIn(file, value))) return id;
    }
    return named(binding);
  }
  if (declared.kind === 'param') {
    const frame = frameOf(ref, file, declared.function);
    const arg = declared.parameter.rest ? undefined : frame?.args[declared.index];
    if (arg !== undefined) {
      const inner = property(arg.value, declared.path);
      if (inner !== undefined) return valueIdOf(linker, { ...arg, value: inner });
      return valueIdOf(linker, arg) + suffix(declared.path);
    }
    const [outer] = declared.parameter.pattern.kind === 'name' ? [] : [declared];
    return outer === undefined
      ? named(binding)
      : `#${declared.index}@${file.path}:${declared.function}${suffix(declared.path)}`;
  }
  if (declared.kind === 'import') {
    const target = linker.project.resolveImport(file, declared.import);
    if (target.kind === 'local') return `${target.name}@${target.file.path}`;
    return `${declared.import.imported}@${declared.import.module}`;
  }
  return named(binding);
};

/** Named arguments: `f({ tenantId: id })` for `function f({ tenantId })`. */
const property = (value: Value, path: readonly PathStep[]): Value | undefined => {
  let at: Value | undefined = value;
  for (const step of path) {
    if (step.kind !== 'key' || at?.kind !== 'object') return undefined;
    const found: Value | undefined = at.entries
      .flatMap((e) => (e.kind === 'property' && e.key === step.key ? [e.value] : []))
      .at(-1);
    if (found === undefined) return undefined;
    at = found;
  }
  return at;
};
