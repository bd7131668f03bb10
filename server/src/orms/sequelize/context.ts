/** What all parts of one Sequelize call share. */
import type { Entry, ObjectShape, Ref, Shape } from '../../flow/flow';
import type { Query } from '../../query/model';
import type { Span } from '../../text/span';
import type { Build } from '../build/build';
import type { SequelizeData, SequelizeModel } from './models';
import { isSequelize } from './reading';

export interface Context extends Build {
  readonly data: SequelizeData;
  /** Takes statements that are sent beside this one: includes that are `separate`. */
  readonly apart?: Query[];
}

export const keySpan = (c: Build, entry: Entry): Span =>
  entry.file === c.site.file ? entry.keySpan : c.site.value.span;

export const columnName = (model: SequelizeModel, attribute: string): string =>
  model.fields.get(attribute)?.column ?? attribute;

export const entriesNamed = (shape: ObjectShape | undefined, key: string): readonly Entry[] =>
  shape?.entries.filter((entry) => entry.key === key) ?? [];

/** `Op.and`, `Sequelize.Op.and`, and the `$and` of old versions; undefined for what is no operator. */
export const operatorOf = (c: Build, entry: Entry): string | undefined => {
  if (entry.computed !== undefined) {
    const { root, steps } = c.flow.chain(entry.computed);
    const last = steps.at(-1);
    if (root.kind === 'package' && isSequelize(root.module)) {
      if (last?.kind === 'member') return last.name;
      return /(?:^|\.)Op\.(\w+)$/.exec(root.name)?.[1];
    }
    return /(?:^|\.)Op\.(\w+)$/.exec(c.flow.print(entry.computed))?.[1];
  }
  return /^\$(\w+)$/.exec(entry.key ?? '')?.[1];
};

/** `Sequelize.literal('…')`, `fn(…)`, `where(…)`: the function's name and arguments. */
export const functionOf = (shape: Shape): { readonly name: string; readonly args: readonly Ref[] } | undefined => {
  if (shape.kind !== 'chain') return undefined;
  const { root, steps } = shape.chain;
  const last = steps.at(-1);
  if (root.kind !== 'package' || !isSequelize(root.module) || last?.kind !== 'call') return undefined;
  return { name: last.name === '' ? (root.name.split('.').at(-1) ?? '') : last.name, args: last.args };
};
