/** What a function does, in order: calls, tags and assignments to members. */
import type { Func, HostFile } from '../hosts/host';
import { contains } from '../text/span';
import type { ArmNode } from './branches';
import type { FileIndex } from './fileIndex';
import type { Action, Arm, FuncRef, Ref } from './flow';
import { armsOf, indexOf, type Linker, refIn } from './linker';

type Done = FileIndex['sites'][number] | FileIndex['assigned'][number];

/** Only few files are asked about. */
const ordered = new WeakMap<FileIndex, readonly Done[]>();

const inOrder = (index: FileIndex): readonly Done[] => {
  const known = ordered.get(index);
  if (known !== undefined) return known;
  const all = [...index.sites, ...index.assigned].sort(
    (a, b) => a.span.end - b.span.end || a.span.start - b.span.start,
  );
  ordered.set(index, all);
  return all;
};

export const actionsOf = (linker: Linker, fn: FuncRef, before: Ref | undefined): readonly Action[] => {
  const { file, function: func, frame } = fn;
  const index = indexOf(linker, file);
  const from = before === undefined ? undefined : index.place(before.value)?.arm;
  const end = before?.value.span.end ?? func.span.end;
  return inOrder(index)
    .filter(({ span }) => span.end <= end && (func.id === 0 || contains(func.span, span)))
    .flatMap((value): readonly Action[] => {
      if (value === before?.value) return [];
      const arm = index.place(value)?.arm;
      const arms = before === undefined ? armsWithin(file, arm, func) : armsOf(file, arm, from);
      if (arms === undefined) return [];
      const when = arms.filter((arm) => !arm.many);
      return [{ ref: refIn(file, value, frame), when, many: when.length < arms.length }];
    });
};

/** Branches inside of the function, those that leave it included. */
const armsWithin = (
  file: HostFile,
  arm: ArmNode | undefined,
  func: Func,
): readonly (Arm & { readonly many: boolean })[] => {
  const arms: (Arm & { readonly many: boolean })[] = [];
  for (let at = arm; at !== undefined && at.branch >= func.span.start; at = at.parent) {
    if (at.branch === func.span.start && at.many) break;
    const { branch, arm: n, of, many } = at;
    arms.unshift({ branch: `${file.path}:${branch}`, arm: n, of, many });
  }
  return arms;
};
