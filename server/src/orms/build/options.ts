/** Settings that a library's declarations take as an object, read one at a time. */
import type { Flow, ObjectShape, Ref } from '../../flow/flow';

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

/** One text, or a list of them. */
export const textsIn = (flow: Flow, ref: Ref | undefined): readonly string[] =>
  ref === undefined
    ? []
    : flow.shapes(ref).flatMap((shape): readonly string[] => {
        if (shape.kind === 'list') return shape.items.flatMap((item) => textIn(flow, item.value) ?? []);
        return shape.kind === 'literal' && typeof shape.value === 'string' ? [shape.value] : [];
      });

export const optionIn = (shape: ObjectShape | undefined, key: string): Ref | undefined =>
  shape?.entries.findLast((entry) => entry.key === key)?.value;

export const isLiteral = (flow: Flow, ref: Ref | undefined, value: boolean | null): boolean =>
  ref !== undefined && flow.shapes(ref).some((shape) => shape.kind === 'literal' && shape.value === value);

export const isTrue = (flow: Flow, ref: Ref | undefined): boolean => isLiteral(flow, ref, true);

/** False, and nothing else. */
export const isFalse = (flow: Flow, ref: Ref | undefined): boolean =>
  ref !== undefined && flow.shapes(ref).every((shape) => shape.kind === 'literal' && shape.value === false);
