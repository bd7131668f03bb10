/** Whether a value is declared as a list: `ids: string[]`, `{ ids }: { ids: string[] }`. */
import type { Flow, Ref } from '../../flow/flow';
import type { Func, TypeRef } from '../../hosts/host';

export const isListTyped = (flow: Flow, ref: Ref): boolean => {
  const { value, file } = ref;
  if (value.kind !== 'name') return false;
  let at: Func | undefined = flow.functionOf(ref).function;
  while (at !== undefined) {
    for (const { pattern, type } of at.params) {
      if (pattern.kind === 'name' && pattern.name === value.name) return isList(type);
      if (pattern.kind !== 'object') continue;
      const entry = pattern.entries.find((one) => one.pattern.kind === 'name' && one.pattern.name === value.name);
      if (entry !== undefined) return isList(type?.members?.find(({ name }) => name === entry.key)?.type);
    }
    at = at.parent === undefined ? undefined : file.functions[at.parent];
  }
  return false;
};

const isList = (type: TypeRef | undefined): boolean =>
  type !== undefined &&
  (/^(?:Readonly)?Array$|^Set$/.test(type.name) ||
    ((type.name === '|' || type.name === 'readonly') && type.args.some(isList)));
