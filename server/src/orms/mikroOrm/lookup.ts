/** Entities by the classes, types and values that name them. */
import type { ClassRef, Flow, Ref, Typed } from '../../flow/flow';
import { declaredType } from '../build/listTyped';
import type { Entity, MikroData } from './entities';
import { classKey, entityKeys } from './identity';

/** `class UserRepository extends EntityRepository<User>`. */
export const ofClass = (flow: Flow, data: MikroData, of: ClassRef): readonly Entity[] => {
  for (const { file, class: owner } of [of, ...flow.heritage(of).flatMap((one) => ('class' in one ? [one] : []))]) {
    const typed = owner.extendsTypes.flatMap((type) => ofType(flow, data, { type, file }));
    if (typed.length > 0) return typed;
  }
  return [];
};

export const ofType = (flow: Flow, data: MikroData, typed: Typed): readonly Entity[] => {
  const found = flow.classOf(typed);
  const entity = found === undefined ? data.byName.get(typed.type.name) : data.byKey.get(classKey(found));
  return entity === undefined ? [] : [entity];
};

/** The entities that an argument names. */
export const entitiesOf = (flow: Flow, data: MikroData, ref: Ref | undefined): readonly Entity[] => {
  if (ref === undefined) return [];
  const found = entityKeys(flow, ref).flatMap((key) => data.byKey.get(key) ?? data.byName.get(key) ?? []);
  return [...new Set(found)];
};

/** Rows of a parameter that is declared as a list of them: `players: Player[]`. */
export const listedOf = (flow: Flow, data: MikroData, ref: Ref): readonly Entity[] => {
  const type = declaredType(flow, ref);
  const [item] = type?.name === 'Array' ? type.args : [];
  return item === undefined ? [] : ofType(flow, data, { type: item, file: ref.file });
};
