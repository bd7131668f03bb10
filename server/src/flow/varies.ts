/** Whether a value differs from turn to turn of a loop or callback: rows with a key each, or one key for all rows. */
import type { Value } from '../hosts/host';
import { relative } from './branches';
import { flowLimits, type Ref } from './flow';
import { armOf, bindingOf, frameOf, type Linker, part, refIn } from './linker';

/** Names and calls of an expression; functions, objects and lists inside are not entered. */
export const leaves = (value: Value): readonly Value[] => {
  switch (value.kind) {
    case 'name':
      return [value];
    case 'member':
      return [...leaves(value.object), ...(typeof value.property === 'string' ? [] : leaves(value.property))];
    case 'call':
      return [value, ...leaves(value.callee), ...value.args.flatMap(leaves)];
    case 'template':
      return value.parts.flatMap((piece) => (piece.kind === 'hole' ? leaves(piece.value) : []));
    case 'await':
    case 'spread':
    case 'unary':
    case 'keyword':
      return leaves(value.value);
    case 'binary':
      return [...leaves(value.left), ...leaves(value.right)];
    case 'conditional':
      return [...leaves(value.test), ...leaves(value.then), ...leaves(value.otherwise)];
    case 'assign':
      return leaves(value.value);
    default:
      return [];
  }
};

/** `site` is where the statement is sent: loops around it do not count. */
export const varies = (linker: Linker, ref: Ref, site: Ref, depth = 0): boolean => {
  if (depth > flowLimits.depth * 2) return false;
  const here = ref.file === site.file ? armOf(linker, site) : undefined;
  return leaves(ref.value).some((leaf) => {
    const at = part(ref, leaf);
    if (leaf.kind !== 'name') return false;
    const binding = bindingOf(linker, at);
    if (binding === undefined) return false;
    const turns = relative(armOf(linker, at), here)?.filter((arm) => arm.many) ?? [];
    const [outer] = turns;
    if (outer === undefined || binding.span.start < outer.branch) return false;
    const { declared } = binding;
    if (declared.kind === 'item') return true;
    if (declared.kind === 'param') {
      const arg = frameOf(ref, binding.file, declared.function)?.args[declared.index];
      if (arg === undefined) return true;
      return varies(linker, arg, site, depth + 1);
    }
    return (
      declared.kind === 'value' &&
      declared.value !== undefined &&
      varies(linker, refIn(binding.file, declared.value, ref.frame), site, depth + 1)
    );
  });
};
