/** Whether a value is a document, or a query that nobody has awaited yet. */
import type { Flow, Ref } from '../../flow/flow';
import type { Func, Pattern, Statement, Value } from '../../hosts/host';

export const isLoaded = (flow: Flow, { value, file, frame }: Ref): boolean => {
  switch (value.kind) {
    case 'await':
    case 'this':
    case 'member':
      return true;
    case 'call':
      return value.callee.kind === 'member' && /^(?:at|pop|shift)$/.test(String(value.callee.property))
        ? isLoaded(flow, { value: value.callee.object, file, ...(frame === undefined ? {} : { frame }) })
        : false;
    case 'name': {
      let at: Func | undefined = flow.functionOf({ value, file }).function;
      while (at !== undefined) {
        const given = assigned(at.body, value.name, 0);
        if (given.length > 0) return given.every((one) => one.kind !== 'call');
        if (at.params.some(({ pattern }) => binds(pattern, value.name))) return true;
        at = at.parent === undefined ? undefined : file.functions[at.parent];
      }
      return true;
    }
    default:
      return false;
  }
};

const deepest = 12;

/** What a name is declared with or assigned in these statements. */
const assigned = (body: readonly Statement[], name: string, depth: number): readonly Value[] =>
  depth > deepest
    ? []
    : body.flatMap((one): readonly Value[] => {
        const inside = (more: readonly Statement[]): readonly Value[] => assigned(more, name, depth + 1);
        switch (one.kind) {
          case 'declare':
            return one.pattern.kind === 'name' && one.pattern.name === name && one.value !== undefined
              ? [one.value]
              : [];
          case 'expression': {
            const { value } = one;
            const isIt = value.kind === 'assign' && value.target.kind === 'name' && value.target.name === name;
            return isIt ? [value.value] : [];
          }
          case 'if':
            return [...inside(one.then), ...inside(one.otherwise)];
          case 'loop':
          case 'block':
            return inside(one.body);
          case 'try':
            return [...inside(one.body), ...inside(one.handler), ...inside(one.finalizer)];
          case 'switch':
            return one.cases.flatMap((each) => inside(each.body));
          default:
            return [];
        }
      });

const binds = (pattern: Pattern, name: string): boolean => {
  switch (pattern.kind) {
    case 'name':
      return pattern.name === name;
    case 'object':
      return pattern.rest === name || pattern.entries.some((entry) => binds(entry.pattern, name));
    case 'list':
      return pattern.rest === name || pattern.items.some((item) => item !== undefined && binds(item, name));
  }
};
