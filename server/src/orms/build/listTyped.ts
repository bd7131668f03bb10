/** How a parameter is declared: a list (`ids: string[]`, `{ ids }: { ids: string[] }`), a bare value, or neither. */
import type { Flow, Ref } from '../../flow/flow';
import type { Func, TypeRef } from '../../hosts/host';

export const isListTyped = (flow: Flow, ref: Ref): boolean => isList(declaredType(flow, ref));

export const isScalarTyped = (flow: Flow, ref: Ref): boolean => isScalar(declaredType(flow, ref));

export const declaredType = (flow: Flow, ref: Ref): TypeRef | undefined => {
  const { value, file } = ref;
  if (value.kind !== 'name') return undefined;
  let at: Func | undefined = flow.functionOf(ref).function;
  while (at !== undefined) {
    for (const { pattern, type } of at.params) {
      if (pattern.kind === 'name' && pattern.name === value.name) return type;
      if (pattern.kind !== 'object') continue;
      const entry = pattern.entries.find((one) => one.pattern.kind === 'name' && one.pattern.name === value.name);
      if (entry !== undefined) return type?.members?.find(({ name }) => name === entry.key)?.type;
    }
    at = at.parent === undefined ? undefined : file.functions[at.parent];
  }
  return undefined;
};

const isScalar = (type: TypeRef | undefined): boolean =>
  type !== undefined &&
  (/^(?:string|number|bigint)$/.test(type.name) ||
    (type.name === '|' && type.args.every((one) => isScalar(one) || /^(?:undefined|null)$/.test(one.name))));

const isList = (type: TypeRef | undefined): boolean =>
  type !== undefined &&
  (/^(?:Readonly)?Array$|^Set$/.test(type.name) ||
    ((type.name === '|' || type.name === 'readonly') && type.args.some(isList)));
