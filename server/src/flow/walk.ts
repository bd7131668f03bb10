/** One walk over a file's values, which gathers what its index is made of. */
import type { Func, Pattern, Statement, Value } from '../hosts/host';
import { type Declared, defaults, isPattern, type Scope } from './bindings';
import { type ArmNode, exits } from './branches';
import { bindNames, type Gathered, type Place, writeNames } from './gathered';

const child = (scope: Scope, func = scope.function): Scope => ({ parent: scope, function: func, names: new Map() });

export const declare = (
  into: Gathered,
  here: Place,
  pattern: Pattern,
  constant: boolean,
  make: Parameters<typeof bindNames>[4],
): void => {
  bindNames(into, here, pattern, constant, make);
  for (const value of defaults(pattern)) walkValue(into, value, here);
};

const walkFunction = (into: Gathered, id: number, here: Place): void => {
  const func = into.file.functions[id];
  if (func === undefined) return;
  const scope = child(here.scope, id);
  into.functionScopes.set(id, scope);
  // A body may run never, once or often, whatever stands around it.
  const arm: ArmNode = { branch: func.span.start, arm: 0, of: 0, exits: false, many: true, parent: here.arm };
  const inside: Place = { parent: undefined, function: id, arm, scope };
  walkParameters(into, func, inside);
  walkBody(into, func.body, inside, child(scope));
  for (const value of func.decorators) walkValue(into, value, here);
};

const walkParameters = (into: Gathered, func: Func, here: Place): void => {
  func.params.forEach((parameter, index) => {
    declare(into, here, parameter.pattern, false, (path) => ({
      kind: 'param',
      function: func.id,
      index,
      parameter,
      path,
    }));
    if (parameter.default !== undefined) walkValue(into, parameter.default, here);
    for (const value of parameter.decorators) walkValue(into, value, here);
  });
};

const walkClass = (into: Gathered, id: number, here: Place): void => {
  const owner = into.file.classes[id];
  if (owner === undefined) return;
  if (owner.extends !== undefined) walkValue(into, owner.extends, here);
  for (const value of owner.decorators) walkValue(into, value, here);
  for (const member of owner.members) {
    for (const value of member.decorators) walkValue(into, value, here);
    if (member.value !== undefined) walkValue(into, member.value, here);
    if (member.function !== undefined) walkFunction(into, member.function, here);
  }
};

/** Functions and classes are seen in their whole block. */
const hoist = (into: Gathered, body: readonly Statement[], here: Place): void => {
  for (const statement of body) {
    if (statement.kind !== 'function' && statement.kind !== 'class') continue;
    const declared: Declared =
      statement.kind === 'function'
        ? { kind: 'function', function: statement.function }
        : { kind: 'class', class: statement.class };
    const owner =
      statement.kind === 'function' ? into.file.functions[statement.function] : into.file.classes[statement.class];
    if (owner?.name === undefined) continue;
    declare(into, here, { kind: 'name', name: owner.name, span: owner.span }, true, () => declared);
  }
};

export const walkBody = (into: Gathered, body: readonly Statement[], here: Place, scope = child(here.scope)): void => {
  const inside = { ...here, scope };
  hoist(into, body, inside);
  for (const statement of body) walkStatement(into, statement, inside);
};

const walkStatement = (into: Gathered, statement: Statement, here: Place): void => {
  const at = { ...here, parent: statement };
  const { start } = statement.span;
  const inArm = (body: readonly Statement[], arm: number, of: number, many = false): void => {
    const node: ArmNode = { branch: start, arm, of, exits: exits(body), many, parent: here.arm };
    walkBody(into, body, { ...here, arm: node });
    if (node.exits === 'return') into.leaving[here.function]?.push(node);
  };
  switch (statement.kind) {
    case 'declare': {
      const { value, type, pattern } = statement;
      if (value !== undefined) walkValue(into, value, at);
      declare(into, at, pattern, statement.constant, (path) => ({
        kind: 'value',
        value,
        path,
        ...(type === undefined ? {} : { type }),
      }));
      return;
    }
    case 'expression':
      walkValue(into, statement.value, at);
      return;
    case 'return':
    case 'throw':
      if (statement.value === undefined) return;
      if (statement.kind === 'return') into.returns[here.function]?.push({ value: statement.value, arm: here.arm });
      walkValue(into, statement.value, at);
      return;
    case 'if':
      walkValue(into, statement.test, at);
      inArm(statement.then, 0, 2);
      inArm(statement.otherwise, 1, 2);
      return;
    case 'loop': {
      const { over, pattern, head, body } = statement;
      if (over !== undefined) walkValue(into, over, at);
      for (const value of head) walkValue(into, value, at);
      const node: ArmNode = { branch: start, arm: 0, of: 0, exits: false, many: true, parent: here.arm };
      const inside = { ...here, parent: statement, arm: node, scope: child(here.scope) };
      if (pattern !== undefined) declare(into, inside, pattern, true, (path) => ({ kind: 'item', over, path }));
      walkBody(into, body, inside);
      return;
    }
    case 'switch': {
      walkValue(into, statement.subject, at);
      const of = statement.cases.some((c) => c.test === undefined) ? statement.cases.length : 0;
      statement.cases.forEach((c, i) => {
        if (c.test !== undefined) walkValue(into, c.test, at);
        // `break` ends the case, not the function.
        const body = c.body.filter((s) => s.kind !== 'jump');
        inArm(body, i, of);
      });
      return;
    }
    case 'try':
      walkBody(into, statement.body, here);
      inArm(statement.handler, 1, 0);
      walkBody(into, statement.finalizer, here);
      return;
    case 'block':
      walkBody(into, statement.body, here);
      return;
    case 'function':
      walkFunction(into, statement.function, here);
      return;
    case 'class':
      walkClass(into, statement.class, here);
      return;
    case 'jump':
      return;
  }
};

export const walkValue = (into: Gathered, value: Value, here: Place): void => {
  into.places.set(value, here);
  // Most values hold nothing.
  if (value.kind === 'literal') return;
  if (value.kind === 'name') {
    into.names.push(value);
    return;
  }
  const at: Place = { parent: value, function: here.function, arm: here.arm, scope: here.scope };
  const inside = (part: Value): void => walkValue(into, part, at);
  const inArm = (part: Value, branch: number, arm: number, of: number): void =>
    walkValue(into, part, { ...at, arm: { branch, arm, of, exits: false, many: false, parent: here.arm } });
  switch (value.kind) {
    case 'this':
    case 'super': {
      let id: number | undefined = here.function;
      while (id !== undefined && into.file.functions[id]?.ownThis === false) id = into.file.functions[id]?.parent;
      const known = into.thisIn.get(id ?? 0) ?? [];
      known.push({ value, arm: here.arm });
      into.thisIn.set(id ?? 0, known);
      return;
    }
    case 'template':
      if (value.tag !== undefined) inside(value.tag);
      for (const part of value.parts) if (part.kind === 'hole') inside(part.value);
      if (value.tag !== undefined) into.sites.push(value);
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
        const known = into.members.get(value.property);
        if (known) known.push(value);
        else into.members.set(value.property, [value]);
      }
      return;
    case 'call':
      inside(value.callee);
      value.args.forEach(inside);
      into.sites.push(value);
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
        writeNames(
          into,
          { kind: 'name', name: target.name, span: target.span },
          value.op,
          value.value,
          here,
          value.span.end,
        );
      } else if (isPattern(target)) writeNames(into, target, value.op, value.value, here, value.span.end);
      else {
        inside(target);
        into.assigned.push(value);
      }
      return;
    }
    case 'function':
      into.functionValues.set(value.function, value);
      walkFunction(into, value.function, here);
      return;
    case 'class':
      walkClass(into, value.class, here);
      return;
    case 'opaque':
      value.parts.forEach(inside);
      return;
  }
};
