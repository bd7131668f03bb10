/** What associations give to rows: `getTeam`, `addMember` … */
import type { SequelizeModel } from './models';

/** By method name: the associations that it may stand for. */
export const accessorsOf = (models: readonly SequelizeModel[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const model of models)
    for (const name of model.relations.keys()) {
      const capital = name.charAt(0).toUpperCase() + name.slice(1);
      const single = capital.replace(/ies$/, 'y').replace(/s$/, '');
      for (const method of new Set([
        `get${capital}`,
        `count${capital}`,
        `set${capital}`,
        `add${capital}`,
        `add${single}`,
        `create${single}`,
        `remove${single}`,
        `remove${capital}`,
        `has${single}`,
        `has${capital}`,
      ]))
        found.set(method, [...(found.get(method) ?? []), name]);
    }
  return found;
};
