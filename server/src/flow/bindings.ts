/** Names and what declares them. */
import type { Func, HostFile, Import, Parameter, Pattern, TypeRef, Value } from '../hosts/host';
import type { Span } from '../text/span';
import type { ArmNode } from './branches';

export type PathStep =
  | { readonly kind: 'key'; readonly key: string; readonly default?: Value }
  | { readonly kind: 'index'; readonly index: number }
  /** `...rest`: what is left after these keys, or the list from this index on. */
  | { readonly kind: 'rest'; readonly keys: readonly string[]; readonly from: number };

export type Declared =
  | { readonly kind: 'import'; readonly import: Import }
  | {
      readonly kind: 'value';
      readonly value: Value | undefined;
      readonly path: readonly PathStep[];
      readonly type?: TypeRef;
    }
  | {
      readonly kind: 'param';
      readonly function: number;
      readonly index: number;
      readonly parameter: Parameter;
      readonly path: readonly PathStep[];
    }
  | { readonly kind: 'item'; readonly over: Value | undefined; readonly path: readonly PathStep[] }
  | { readonly kind: 'function'; readonly function: number }
  | { readonly kind: 'class'; readonly class: number };

export interface Binding {
  readonly name: string;
  readonly file: HostFile;
  readonly span: Span;
  /** The function whose body declares it. */
  readonly function: number;
  readonly constant: boolean;
  readonly declared: Declared;
  readonly arm: ArmNode | undefined;
  /** Assignments to the name itself, in order. */
  readonly writes: Write[];
  /** All other occurrences, in order. */
  readonly mentions: Mention[];
}

export interface Write {
  readonly op: string;
  readonly value: Value;
  readonly path: readonly PathStep[];
  /** Where it takes effect: behind what is assigned, which may read the name. */
  readonly at: number;
  readonly arm: ArmNode | undefined;
}

export interface Mention {
  readonly value: Value;
  readonly arm: ArmNode | undefined;
}

export interface Scope {
  readonly parent: Scope | undefined;
  readonly function: number;
  readonly names: Map<string, Binding>;
}

/** Names that a pattern binds, each with the way to its value. */
export const bound = (
  pattern: Pattern,
  path: readonly PathStep[] = [],
): readonly { readonly name: string; readonly path: readonly PathStep[]; readonly span: Span }[] => {
  const { span } = pattern;
  if (pattern.kind === 'name') return [{ name: pattern.name, path, span }];
  const inner =
    pattern.kind === 'object'
      ? pattern.entries.flatMap(({ key, pattern: at, default: otherwise }) =>
          bound(at, [...path, { kind: 'key', key, ...(otherwise === undefined ? {} : { default: otherwise }) }]),
        )
      : pattern.items.flatMap((at, index) => (at === undefined ? [] : bound(at, [...path, { kind: 'index', index }])));
  if (pattern.rest === undefined) return inner;
  const keys = pattern.kind === 'object' ? pattern.entries.map((entry) => entry.key) : [];
  const from = pattern.kind === 'list' ? pattern.items.length : 0;
  return [...inner, { name: pattern.rest, path: [...path, { kind: 'rest', keys, from }], span }];
};

export const lookup = (scope: Scope | undefined, name: string): Binding | undefined => {
  for (let at = scope; at !== undefined; at = at.parent) {
    const binding = at.names.get(name);
    if (binding !== undefined) return binding;
  }
  return undefined;
};

/** Functions from the inside out. */
export const enclosing = (file: HostFile, id: number): readonly Func[] => {
  const found: Func[] = [];
  for (let func = file.functions[id]; func !== undefined; ) {
    found.push(func);
    func = func.parent === undefined ? undefined : file.functions[func.parent];
  }
  return found;
};

/** What is assigned to takes values apart, or is a name. */
export const isPattern = (target: Value | Pattern): target is Pattern =>
  target.kind === 'name' ||
  (target.kind === 'object' && target.entries.every((entry) => 'pattern' in entry)) ||
  (target.kind === 'list' &&
    !('items' in target && target.items.some((item) => item !== undefined && !isPattern(item))));

/** Values that stand in where a pattern finds nothing. */
export const defaults = (pattern: Pattern): readonly Value[] => {
  if (pattern.kind === 'name') return [];
  if (pattern.kind === 'list') return pattern.items.flatMap((item) => (item === undefined ? [] : defaults(item)));
  return pattern.entries.flatMap((entry) => [
    ...(entry.default === undefined ? [] : [entry.default]),
    ...defaults(entry.pattern),
  ]);
};
