/** What becomes of a builder that an expression begins, over variables and statements. */
import type { Value } from '../hosts/host';
import type { Span } from '../text/span';
import { bound } from './bindings';
import { best, chainsOf } from './chains';
import type { Chain, End, Life, Ref } from './flow';
import type { Parent } from './gathered';
import { isHanded } from './handed';
import { armsOf, indexOf, type Linker, part, refIn, spineTop } from './linker';

const buildersOf = (linker: Linker, ref: Ref): readonly Chain[] =>
  chainsOf(linker, ref, { follow: false, mutate: true });

export const builderOf = (linker: Linker, ref: Ref): Chain => best(buildersOf(linker, ref), ref);

export const lifeOf = (linker: Linker, ref: Ref): Life => {
  const spans: Span[] = [];
  const ends: End[] = [];
  const index = indexOf(linker, ref.file);
  const from = index.place(ref.value)?.arm;
  const seen = new Set<Value>();

  const follow = (value: Value): undefined => {
    if (seen.has(value) || seen.size > 500) return;
    seen.add(value);
    const top = spineTop(linker, part(ref, value));
    spans.push(top.span);
    let at: Value = top;
    for (;;) {
      const up = index.place(at)?.parent;
      if (up === undefined) return end('value', top, undefined);
      if (up.kind === 'conditional' || (up.kind === 'binary' && ['??', '||', '&&'].includes(up.op))) {
        at = up;
        continue;
      }
      return used(up, at, top);
    }
  };

  const end = (how: End['how'], top: Value, into: Value | undefined): undefined => {
    const arms = armsOf(ref.file, index.place(top)?.arm, from) ?? [];
    const chains = buildersOf(linker, part(ref, top));
    ends.push({
      how,
      chain: best(chains, part(ref, top)),
      chains,
      ...(into === undefined ? {} : { into: part(ref, into) }),
      when: arms.map(({ branch, arm }) => ({ branch, arm })),
    });
  };

  const used = (up: Parent, at: Value, top: Value): undefined => {
    switch (up.kind) {
      case 'declare':
        return up.pattern.kind === 'name' && up.value === at
          ? named(up.pattern.name, up.pattern.span)
          : end('value', top, undefined);
      case 'assign': {
        if (up.value !== at) return end('value', top, undefined);
        const names = 'kind' in up.target && up.target.kind === 'name' ? bound(up.target) : [];
        const [name] = names;
        return name === undefined ? end('value', top, undefined) : assigned(up, name.name);
      }
      case 'await':
        return end('await', top, undefined);
      case 'return':
        return end('return', top, undefined);
      case 'expression':
        return end('statement', top, undefined);
      case 'call':
      case 'object':
      case 'list':
      case 'spread':
        return end('argument', top, 'span' in up && up.kind !== 'spread' ? (up as Value) : undefined);
      default:
        return end('value', top, undefined);
    }
  };

  /** Uses of a variable that holds the builder: changes are part of it, the rest are ends. */
  const named = (name: string, span: Span): undefined => {
    const binding = index.bindings.find((b) => b.name === name && b.span.start === span.start);
    if (binding === undefined) return;
    for (const { value } of binding.mentions) {
      if (value.span.start < ref.value.span.start || seen.has(value)) continue;
      const top = spineTop(linker, refIn(ref.file, value));
      const up = index.place(top)?.parent;
      if (up?.kind === 'expression' && top !== value) {
        seen.add(value);
        spans.push(top.span);
      } else if (writesBack(up, top, name) || isHelped(up, top, name)) spans.push(top.span);
      else follow(value);
    }
  };

  const assigned = (value: Value & { readonly kind: 'assign' }, name: string): undefined => {
    const binding = index.bindings.find((b) => b.name === name && b.writes.some((w) => w.at === value.span.end));
    if (binding !== undefined) named(binding.name, binding.span);
  };

  /** `applyFilters(q);`, `q = applyFilters(q)`: functions of the project alone are known to hand nothing on. */
  const isHelped = (up: Parent | undefined, at: Value, name: string): boolean => {
    if (up?.kind !== 'call' || !isHanded(linker, part(ref, at))) return false;
    const outer = index.place(up)?.parent;
    return outer?.kind === 'expression' || writesBack(outer, up, name);
  };

  /** `q = q.where(…)`. */
  const writesBack = (up: Parent | undefined, at: Value, name: string): boolean => {
    if (up === undefined) return false;
    if (up.kind === 'assign') return up.value === at && up.target.kind === 'name' && up.target.name === name;
    if (up.kind === 'conditional') return writesBack(index.place(up)?.parent, up, name);
    return false;
  };

  follow(ref.value);
  return { ends, spans };
};
