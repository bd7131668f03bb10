/** One walk over a file's values: scopes, bindings, mentions, branches, parents and sites. Depends on that file alone. */
import type { CallValue, Func, HostFile, MemberValue, Pattern, Statement, Template, Value } from '../hosts/host';
import { type Binding, bound, type Declared, defaults, isPattern, lookup, type Scope } from './bindings';
import { type ArmNode, exits } from './branches';

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

export interface FileIndex {
  readonly file: HostFile;
  readonly module: Scope;
  place(value: Value): Place | undefined;
  /** Undefined for names that nothing in the file declares. */
  binding(name: Value): Binding | undefined;
  readonly bindings: readonly Binding[];
  /** By function id. */
  readonly returns: readonly (readonly Returned[])[];
  readonly thisIn: ReadonlyMap<number, readonly { readonly value: Value; readonly arm: ArmNode | undefined }[]>;
  /** All calls and tagged templates in source order, inner receivers first. */
  readonly sites: readonly (CallValue | Template)[];
  /** By the name that is asked for: `tenantId` of `ctx.tenantId`. */
  readonly members: ReadonlyMap<string, readonly MemberValue[]>;
  /** All assignments to members, in source order. */
  readonly assigned: readonly Assignment[];
  /** The value that is this function (undefined for declarations and methods). */
  readonly functionValues: ReadonlyMap<number, Value>;
  /** Scope of the function's parameters. */
  readonly functionScopes: ReadonlyMap<number, Scope>;
}

type NameValue = Value & { readonly kind: 'name' };

interface Walk {
  readonly file: HostFile;
  readonly places: Map<Value, Place>;
  readonly names: NameValue[];
  readonly writes: { readonly name: string; readonly scope: Scope; readonly write: Binding['writes'][number] }[];
  readonly targets: Set<Value>;
  readonly bindings: Binding[];
  readonly returns: Returned[][];
  readonly thisIn: Map<number, { readonly value: Value; readonly arm: ArmNode | undefined }[]>;
  readonly sites: (CallValue | Template)[];
  readonly members: Map<string, MemberValue[]>;
  readonly assigned: Assignment[];
  readonly functionValues: Map<number, Value>;
  readonly functionScopes: Map<number, Scope>;
}

interface Here {
  readonly parent: Parent | undefined;
  readonly function: number;
  readonly arm: ArmNode | undefined;
  readonly scope: Scope;
}

const child = (scope: Scope, func = scope.function): Scope => ({ parent: scope, function: func, names: new Map() });

const declare = (
  walk: Walk,
  here: Here,
  pattern: Pattern,
  constant: boolean,
  make: (path: ReturnType<typeof bound>[number]['path']) => Declared,
): void => {
  for (const { name, path, span } of bound(pattern)) {
    const binding: Binding = {
      name,
      file: walk.file,
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
    walk.bindings.push(binding);
  }
  for (const value of defaults(pattern)) walkValue(walk, value, here);
};

const walkFunction = (walk: Walk, id: number, here: Here): void => {
  const func = walk.file.functions[id];
  if (func === undefined) return;
  const scope = child(here.scope, id);
  walk.functionScopes.set(id, scope);
  // A body may run never, once or often, whatever stands around it.
  const arm: ArmNode = { branch: func.span.start, arm: 0, of: 0, exits: false, many: true, parent: here.arm };
  const inside: Here = { parent: undefined, function: id, arm, scope };
  walkParameters(walk, func, inside);
  walkBody(walk, func.body, inside, child(scope));
  for (const value of func.decorators) walkValue(walk, value, here);
};

const walkParameters = (walk: Walk, func: Func, here: Here): void => {
  func.params.forEach((parameter, index) => {
    declare(walk, here, parameter.pattern, false, (path) => ({
      kind: 'param',
      function: func.id,
      index,
      parameter,
      path,
    }));
    if (parameter.default !== undefined) walkValue(walk, parameter.default, here);
    for (const value of parameter.decorators) walkValue(walk, value, here);
  });
};

const walkClass = (walk: Walk, id: number, here: Here): void => {
  const owner = walk.file.classes[id];
  if (owner === undefined) return;
  if (owner.extends !== undefined) walkValue(walk, owner.extends, here);
  for (const value of owner.decorators) walkValue(walk, value, here);
  for (const member of owner.members) {
    for (const value of member.decorators) walkValue(walk, value, here);
    if (member.value !== undefined) walkValue(walk, member.value, here);
    if (member.function !== undefined) walkFunction(walk, member.function, here);
  }
};

/** Functions and classes are seen in their whole block. */
const hoist = (walk: Walk, body: readonly Statement[], here: Here): void => {
  for (const statement of body) {
    if (statement.kind !== 'function' && statement.kind !== 'class') continue;
    const declared: Declared =
      statement.kind === 'function'
        ? { kind: 'function', function: statement.function }
        : { kind: 'class', class: statement.class };
    const owner =
      statement.kind === 'function' ? walk.file.functions[statement.function] : walk.file.classes[statement.class];
    if (owner?.name === undefined) continue;
    declare(walk, here, { kind: 'name', name: owner.name, span: owner.span }, true, () => declared);
  }
};

const walkBody = (walk: Walk, body: readonly Statement[], here: Here, scope = child(here.scope)): void => {
  const inside = { ...here, scope };
  hoist(walk, body, inside);
  for (const statement of body) walkStatement(walk, statement, inside);
};

const walkStatement = (walk: Walk, statement: Statement, here: Here): void => {
  const at = { ...here, parent: statement };
  const { start } = statement.span;
  const inArm = (body: readonly Statement[], arm: number, of: number, many = false): void => {
    const node: ArmNode = { branch: start, arm, of, exits: exits(body), many, parent: here.arm };
    walkBody(walk, body, { ...here, arm: node });
  };
  switch (statement.kind) {
    case 'declare': {
      const { value, type, pattern } = statement;
      if (value !== undefined) walkValue(walk, value, at);
      declare(walk, at, pattern, statement.constant, (path) => ({
        kind: 'value',
        value,
        path,
        ...(type === undefined ? {} : { type }),
      }));
      return;
    }
    case 'expression':
      walkValue(walk, statement.value, at);
      return;
    case 'return':
    case 'throw':
      if (statement.value === undefined) return;
      if (statement.kind === 'return') walk.returns[here.function]?.push({ value: statement.value, arm: here.arm });
      walkValue(walk, statement.value, at);
      return;
    case 'if':
      walkValue(walk, statement.test, at);
      inArm(statement.then, 0, 2);
      inArm(statement.otherwise, 1, 2);
      return;
    case 'loop': {
      const { over, pattern, head, body } = statement;
      if (over !== undefined) walkValue(walk, over, at);
      for (const value of head) walkValue(walk, value, at);
      const node: ArmNode = { branch: start, arm: 0, of: 0, exits: false, many: true, parent: here.arm };
      const inside = { ...here, parent: statement, arm: node, scope: child(here.scope) };
      if (pattern !== undefined) declare(walk, inside, pattern, true, (path) => ({ kind: 'item', over, path }));
      walkBody(walk, body, inside);
      return;
    }
    case 'switch': {
      walkValue(walk, statement.subject, at);
      const of = statement.cases.some((c) => c.test === undefined) ? statement.cases.length : 0;
      statement.cases.forEach((c, i) => {
        if (c.test !== undefined) walkValue(walk, c.test, at);
        // `break` ends the case, not the function.
        const body = c.body.filter((s) => s.kind !== 'jump');
        inArm(body, i, of);
      });
      return;
    }
    case 'try':
      walkBody(walk, statement.body, here);
      inArm(statement.handler, 1, 0);
      walkBody(walk, statement.finalizer, here);
      return;
    case 'block':
      walkBody(walk, statement.body, here);
      return;
    case 'function':
      walkFunction(walk, statement.function, here);
      return;
    case 'class':
      walkClass(walk, statement.class, here);
      return;
    case 'jump':
      return;
  }
};

const write = (walk: Walk, pattern: Pattern, op: string, value: Value, here: Here, at: number): void => {
  for (const { name, path } of bound(pattern)) {
    walk.writes.push({ name, scope: here.scope, write: { op, value, path, at, arm: here.arm } });
  }
};

const walkValue = (walk: Walk, value: Value, here: Here): void => {
  walk.places.set(value, here);
  // Most values hold nothing.
  if (value.kind === 'literal') return;
  if (value.kind === 'name') {
    walk.names.push(value);
    return;
  }
  const at: Here = { parent: value, function: here.function, arm: here.arm, scope: here.scope };
  const inside = (part: Value): void => walkValue(walk, part, at);
  const inArm = (part: Value, branch: number, arm: number, of: number): void =>
    walkValue(walk, part, { ...at, arm: { branch, arm, of, exits: false, many: false, parent: here.arm } });
  switch (value.kind) {
    case 'this':
    case 'super': {
      let id: number | undefined = here.function;
      while (id !== undefined && walk.file.functions[id]?.ownThis === false) id = walk.file.functions[id]?.parent;
      const known = walk.thisIn.get(id ?? 0) ?? [];
      known.push({ value, arm: here.arm });
      walk.thisIn.set(id ?? 0, known);
      return;
    }
    case 'template':
      if (value.tag !== undefined) inside(value.tag);
      for (const part of value.parts) if (part.kind === 'hole') inside(part.value);
      if (value.tag !== undefined) walk.sites.push(value);
      return;
    case 'object':
      for (const entry of value.entries) {
        if (entry.kind === 'property' && typeof entry.key !== 'string') inside(entry.key);
        inside(entry.value);
      }
      return;
    case 'list':
      value.items.forEach(inside);
      return;
    case 'member':
      inside(value.object);
      if (typeof value.property !== 'string') inside(value.property);
      else {
        const known = walk.members.get(value.property);
        if (known) known.push(value);
        else walk.members.set(value.property, [value]);
      }
      return;
    case 'call':
      inside(value.callee);
      value.args.forEach(inside);
      walk.sites.push(value);
      return;
    case 'await':
    case 'spread':
    case 'unary':
    case 'keyword':
      inside(value.value);
      return;
    case 'binary':
      inside(value.left);
      if (value.op === '&&' || value.op === '||' || value.op === '??') inArm(value.right, value.right.span.start, 0, 0);
      else inside(value.right);
      return;
    case 'conditional':
      inside(value.test);
      inArm(value.then, value.test.span.end, 0, 2);
      inArm(value.otherwise, value.test.span.end, 1, 2);
      return;
    case 'assign': {
      inside(value.value);
      const { target } = value;
      if (target.kind === 'name') {
        write(
          walk,
          { kind: 'name', name: target.name, span: target.span },
          value.op,
          value.value,
          here,
          value.span.end,
        );
      } else if (isPattern(target)) write(walk, target, value.op, value.value, here, value.span.end);
      else {
        inside(target);
        walk.assigned.push(value);
      }
      return;
    }
    case 'function':
      walk.functionValues.set(value.function, value);
      walkFunction(walk, value.function, here);
      return;
    case 'class':
      walkClass(walk, value.class, here);
      return;
    case 'opaque':
      value.parts.forEach(inside);
      return;
  }
};

export const indexFile = (file: HostFile): FileIndex => {
  const module: Scope = { parent: undefined, function: 0, names: new Map() };
  const walk: Walk = {
    file,
    places: new Map(),
    names: [],
    writes: [],
    targets: new Set(),
    bindings: [],
    returns: file.functions.map(() => []),
    thisIn: new Map(),
    sites: [],
    members: new Map(),
    assigned: [],
    functionValues: new Map(),
    functionScopes: new Map([[0, module]]),
  };
  const here: Here = { parent: undefined, function: 0, arm: undefined, scope: module };
  for (const imported of file.imports) {
    const pattern: Pattern = { kind: 'name', name: imported.local, span: imported.span };
    declare(walk, here, pattern, true, () => ({ kind: 'import', import: imported }));
  }
  walkBody(walk, file.functions[0]?.body ?? [], here, module);
  for (const exported of file.exports) {
    // Most exported values stand in statements too; `export default <expression>` stands nowhere else.
    if (exported.kind === 'value' && !walk.places.has(exported.value)) walkValue(walk, exported.value, here);
  }
  const { places } = walk;
  const bindingOf = (name: NameValue): Binding | undefined => lookup(places.get(name)?.scope, name.name);
  for (const value of walk.names) bindingOf(value)?.mentions.push({ value, arm: places.get(value)?.arm });
  for (const { name, scope, write: found } of walk.writes) lookup(scope, name)?.writes.push(found);
  for (const binding of walk.bindings) {
    binding.writes.sort((a, b) => a.at - b.at);
    binding.mentions.sort((a, b) => a.value.span.start - b.value.span.start);
  }
  // The walk itself is not kept: what it gathered on the way is as large as the index.
  const { bindings, returns, thisIn, sites, members, assigned, functionValues, functionScopes } = walk;
  return {
    file,
    module,
    place: (value) => places.get(value),
    binding: (name) => (name.kind === 'name' ? bindingOf(name) : undefined),
    bindings,
    returns,
    thisIn,
    sites: sites.sort((a, b) => a.span.end - b.span.end || a.span.start - b.span.start),
    members,
    assigned,
    functionValues,
    functionScopes,
  };
};
