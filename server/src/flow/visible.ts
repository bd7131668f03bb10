/** The names that can be written at a place: what a fix may refer to. */
import type { HostFile, Pattern, Statement } from '../hosts/host';
import { contains, type Span } from '../text/span';

/** Parameters and variables of the enclosing functions and the module that are declared before the place. */
export function visibleNames(file: HostFile, at: Span): ReadonlySet<string> {
  const names = new Set<string>();
  for (const func of file.functions) {
    if (func.id !== 0 && !contains(func.span, at)) continue;
    for (const { pattern } of func.params) addPattern(pattern, names);
    addDeclared(func.body, at, names);
  }
  return names;
}

function addPattern(pattern: Pattern, into: Set<string>): void {
  switch (pattern.kind) {
    case 'name':
      into.add(pattern.name);
      break;
    case 'object':
      for (const entry of pattern.entries) addPattern(entry.pattern, into);
      if (pattern.rest) into.add(pattern.rest);
      break;
    case 'list':
      for (const item of pattern.items) if (item) addPattern(item, into);
      if (pattern.rest) into.add(pattern.rest);
      break;
  }
}

function addDeclared(body: readonly Statement[], at: Span, into: Set<string>): void {
  for (const statement of body) {
    if (statement.span.start > at.start) return;
    const around = contains(statement.span, at);
    switch (statement.kind) {
      case 'declare':
        if (!around) addPattern(statement.pattern, into);
        break;
      case 'loop':
        if (around && statement.pattern) addPattern(statement.pattern, into);
        if (around) addDeclared(statement.body, at, into);
        break;
      case 'if':
        if (around)
          for (const arm of [statement.then, statement.otherwise]) if (holds(arm, at)) addDeclared(arm, at, into);
        break;
      case 'switch':
        if (around) for (const one of statement.cases) if (holds(one.body, at)) addDeclared(one.body, at, into);
        break;
      case 'try':
        if (around)
          for (const arm of [statement.body, statement.handler, statement.finalizer])
            if (holds(arm, at)) addDeclared(arm, at, into);
        break;
      case 'block':
        if (around) addDeclared(statement.body, at, into);
        break;
    }
  }
}

const holds = (body: readonly Statement[], at: Span): boolean => body.some((statement) => contains(statement.span, at));
