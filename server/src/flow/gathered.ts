/** What one walk over a file gathers, and how names enter it. */
import type { CallValue, HostFile, MemberValue, Pattern, Statement, Template, Value } from '../hosts/host';
import { type Binding, bound, type Declared, type Scope } from './bindings';
import type { ArmNode } from './branches';

/** What holds a value directly. Entries of objects and parts of templates count as their object or template. */
export type Parent = Value | Statement;

export interface Place {
  readonly parent: Parent | undefined;
  readonly function: number;
  readonly arm: ArmNode | undefined;
  readonly scope: Scope;
}

export interface Returned {
  readonly value: Value;
  readonly arm: ArmNode | undefined;
}

export type Assignment = Value & { readonly kind: 'assign' };

export type NameValue = Value & { readonly kind: 'name' };

export interface Gathered {
  readonly file: HostFile;
  readonly places: Map<Value, Place>;
  readonly names: NameValue[];
  readonly writes: { readonly name: string; readonly scope: Scope; readonly write: Binding['writes'][number] }[];
  readonly bindings: Binding[];
  readonly returns: Returned[][];
  readonly leaving: ArmNode[][];
  readonly thisIn: Map<number, { readonly value: Value; readonly arm: ArmNode | undefined }[]>;
  readonly sites: (CallValue | Template)[];
  readonly members: Map<string, MemberValue[]>;
  readonly assigned: Assignment[];
  readonly functionValues: Map<number, Value>;
  readonly functionScopes: Map<number, Scope>;
}

export const gathering = (file: HostFile, module: Scope): Gathered => ({
  file,
  places: new Map(),
  names: [],
  writes: [],
  bindings: [],
  returns: file.functions.map(() => []),
  leaving: file.functions.map(() => []),
  thisIn: new Map(),
  sites: [],
  members: new Map(),
  assigned: [],
  functionValues: new Map(),
  functionScopes: new Map([[0, module]]),
});

export const bindNames = (
  into: Gathered,
  here: Place,
  pattern: Pattern,
  constant: boolean,
  make: (path: ReturnType<typeof bound>[number]['path']) => Declared,
): void => {
  for (const { name, path, span } of bound(pattern)) {
    const binding: Binding = {
      name,
      file: into.file,
      span,
      function: here.function,
      constant,
      declared: make(path),
      arm: here.arm,
      writes: [],
      mentions: [],
    };
    // A second `var` of one name is an assignment to the first.
    const known = here.scope.names.get(name);
    const declared = binding.declared;
    if (known !== undefined && declared.kind === 'value') {
      if (declared.value !== undefined) {
        known.writes.push({
          op: '=',
          value: declared.value,
          path: declared.path,
          at: declared.value.span.end,
          arm: here.arm,
        });
      }
      continue;
    }
    here.scope.names.set(name, binding);
    into.bindings.push(binding);
  }
};

export const writeNames = (
  into: Gathered,
  pattern: Pattern,
  op: string,
  value: Value,
  here: Place,
  at: number,
): void => {
  for (const { name, path } of bound(pattern)) {
    into.writes.push({ name, scope: here.scope, write: { op, value, path, at, arm: here.arm } });
  }
};
