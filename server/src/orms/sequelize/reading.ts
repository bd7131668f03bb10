/** Small questions about values that declare models. */
import type { Chain, ClassRef, Flow, ObjectShape, Ref } from '../../flow/flow';
import type { CallValue } from '../../hosts/host';

export const isSequelize = (module: string): boolean =>
  /^(?:sequelize|sequelize-typescript|@sequelize\/core|@nestjs\/sequelize)(?:$|\/)/.test(module);

export const classKey = ({ file, class: owner }: ClassRef): string => `${file.path}#${owner.id}`;

/** The package's class that a class of the project extends in the end, where it is Sequelize's `Model`. */
export const packageAbove = (flow: Flow, of: ClassRef): string | undefined => {
  const outside = flow.heritage(of).find((one): one is Chain => 'root' in one);
  return outside?.root.kind === 'package' &&
    isSequelize(outside.root.module) &&
    /(?:^|\.)Model$/.test(outside.root.name)
    ? outside.root.module
    : undefined;
};

export const objectIn = (flow: Flow, refs: readonly (Ref | undefined)[]): ObjectShape | undefined => {
  for (const ref of refs) {
    const found = ref === undefined ? undefined : flow.shapes(ref).find((shape) => shape.kind === 'object');
    if (found?.kind === 'object') return found;
  }
  return undefined;
};

export const textIn = (flow: Flow, ref: Ref | undefined): string | undefined => {
  const shape = ref === undefined ? undefined : flow.shapes(ref).find((one) => one.kind === 'literal');
  return shape?.kind === 'literal' && typeof shape.value === 'string' ? shape.value : undefined;
};

export const optionIn = (shape: ObjectShape | undefined, key: string): Ref | undefined =>
  shape?.entries.findLast((entry) => entry.key === key)?.value;

export const isTrue = (flow: Flow, ref: Ref | undefined): boolean =>
  ref !== undefined && flow.shapes(ref).some((shape) => shape.kind === 'literal' && shape.value === true);

export const isFalse = (flow: Flow, ref: Ref | undefined): boolean =>
  ref !== undefined && flow.shapes(ref).every((shape) => shape.kind === 'literal' && shape.value === false);

export const placeKey = (path: string, call: CallValue): string => `${path}:${call.span.start}`;
