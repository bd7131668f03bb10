/** Which declared entity a value stands for: a class, a schema, what `defineEntity` made, or a name. */
import type { Chain, ClassRef, Flow, Ref, Step } from '../../flow/flow';
import { textIn } from '../build/options';

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

/** The entity that an argument names; a function answers with it (`() => Author`). */
export const entityKey = (flow: Flow, ref: Ref, depth = 0): string | undefined => {
  for (const shape of flow.shapes(ref)) {
    if (shape.kind === 'function' && depth < 2) {
      const [first] = flow.callback(shape.function).returns;
      const found = first === undefined ? undefined : entityKey(flow, first.value, depth + 1);
      if (found !== undefined) return found;
    }
    if (shape.kind === 'list' && shape.items[0] !== undefined && depth < 2) {
      const found = entityKey(flow, shape.items[0].value, depth + 1);
      if (found !== undefined) return found;
    }
  }
  for (const chain of flow.chains(ref)) {
    const found = ofChain(chain);
    if (found !== undefined) return found;
  }
  return textIn(flow, ref);
};
