/** What a function does, in order: calls, tags and assignments to members. */
import { contains } from '../text/span';
import type { Action, FuncRef, Ref } from './flow';
import { armsOf, indexOf, type Linker, refIn } from './linker';

export const actionsOf = (linker: Linker, fn: FuncRef, before: Ref | undefined): readonly Action[] => {
  const { file, function: func, frame } = fn;
  const index = indexOf(linker, file);
  const from = before === undefined ? undefined : index.place(before.value)?.arm;
  const end = before?.value.span.end ?? func.span.end;
  return [...index.sites, ...index.assigned]
    .filter(({ span }) => (func.id === 0 || contains(func.span, span)) && span.end <= end)
    .sort((a, b) => a.span.end - b.span.end || a.span.start - b.span.start)
    .flatMap((value): readonly Action[] => {
      if (value === before?.value) return [];
      const arms = before === undefined ? [] : armsOf(file, index.place(value)?.arm, from);
      if (arms === undefined) return [];
      const when = arms.filter((arm) => !arm.many);
      return [{ ref: refIn(file, value, frame), when, many: when.length < arms.length }];
    });
};
