/** Which declared entity a value stands for: a class, a schema, what `defineEntity` made, or a name. */
import type { Chain, ClassRef, Flow, Ref, Step } from '../../flow/flow';
import { textsIn } from '../build/options';

export const isMikro = (module: string): boolean => /^(?:@mikro-orm\/|mikro-orm$)/.test(module);

export const classKey = ({ file, class: owner }: ClassRef): string => `${file.path}#${owner.id}`;

/** The call that makes a schema: `new EntitySchema(…)`, `defineEntity(…)`. */
export const schemaStep = ({ root, steps }: Chain): Step | undefined => {
  if (root.kind !== 'package' || !isMikro(root.module)) return undefined;
  const [first] = steps;
  if (root.name === 'EntitySchema') return first?.kind === 'new' ? first : undefined;
  return root.name === 'defineEntity' && first?.kind === 'call' && first.name === '' ? first : undefined;
};

export const schemaKey = (step: Step): string => `${step.file.path}@${step.span.start}`;

const ofChain = (chain: Chain): string | undefined => {
  const { root, steps } = chain;
  const made = schemaStep(chain);
  // `AuthorSchema.class` is the class that the schema makes.
  if (made !== undefined && steps.slice(1).every((step) => step.kind === 'member')) return schemaKey(made);
  return root.kind === 'class' && steps.length === 0 ? classKey(root.class) : undefined;
};

/** The entities that an argument may name; a function answers with them (`() => Author`). */
export const entityKeys = (flow: Flow, ref: Ref, depth = 0): readonly string[] => {
  const inside = flow.shapes(ref).flatMap((shape): readonly string[] => {
    if (depth > 1) return [];
    if (shape.kind === 'function')
      return flow.callback(shape.function).returns.flatMap(({ value }) => entityKeys(flow, value, depth + 1));
    return shape.kind === 'list' ? shape.items.flatMap(({ value }) => entityKeys(flow, value, depth + 1)) : [];
  });
  if (inside.length > 0) return inside;
  const found = flow.chains(ref).flatMap((chain) => ofChain(chain) ?? []);
  return found.length > 0 ? found : textsIn(flow, ref);
};

export const entityKey = (flow: Flow, ref: Ref): string | undefined => entityKeys(flow, ref)[0];
