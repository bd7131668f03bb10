/** Related tables that a builder joins or loads along. */
import type { Expr, From, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf, type Build } from '../build/build';
import { openSources, type Sources } from '../build/sources';
import type { CallStep } from '../knex/handle';
import { type Branch, branchesIn } from './expression';
import type { ObjectionData, ObjectionModel } from './models';

const joined = /^(inner|left|leftOuter|right|rightOuter|full|fullOuter|outer)?[jJ]oin(?:Related|Relation)$/;
const loaded =
  /^(?:withGraph(?:Fetched|Joined)|eager|joinEager|mergeEager|mergeJoinEager|mergeNaiveEager|\$?fetchGraph|\$?loadRelated)$/;

export const isLoad = ({ name }: CallStep): boolean => loaded.test(name);

/** Read by statements of their own, which name nothing of this one. */
export const isApart = (call: CallStep): boolean => isLoad(call) && !/join/i.test(call.name);

/** The table with the related ones that some of the calls add. */
export const fromOf = (
  build: Build,
  data: ObjectionData,
  model: ObjectionModel,
  table: TableRef,
  calls: readonly CallStep[],
  spanOf: (step: CallStep) => Span,
): From => {
  const sources = openSources(build, table);
  for (const call of calls) {
    const join = joined.exec(call.name);
    const [first] = call.args;
    if (first === undefined || (join === null && !isLoad(call))) continue;
    const type = join === null || (join[1] ?? 'inner') !== 'inner' ? 'left' : 'inner';
    const branches = branchesIn(build.flow, first);
    if (branches === undefined) build.notes.add(`relations ${build.flow.print(first)}`);
    add(data, sources, model, aliasOf(table), branches ?? [], {
      span: spanOf(call),
      type,
      optional: call.when.length > 0,
      named: !isApart(call),
    });
  }
  return sources.from();
};

interface How {
  readonly span: Span;
  readonly type: 'left' | 'inner';
  readonly optional: boolean;
  /** Joins go by the relation's name; what is loaded along by none that the statement can name. */
  readonly named: boolean;
  readonly where?: (alias: string) => Expr;
}

const add = (
  data: ObjectionData,
  sources: Sources,
  model: ObjectionModel,
  alias: string,
  branches: readonly Branch[],
  how: How,
  path = '',
  depth = 0,
): void => {
  if (depth > 6) return;
  for (const branch of branches) {
    const relation = model.relations.get(branch.name);
    const target = relation === undefined ? undefined : data.byKey.get(relation.target);
    if (relation === undefined || target === undefined) continue;
    const name = path === '' ? (branch.alias ?? branch.name) : `${path}:${branch.alias ?? branch.name}`;
    const own = sources.join(alias, relation, target, {
      span: how.span,
      optional: how.optional || branch.optional,
      type: how.type,
      ...(how.named ? { as: name } : { apart: true }),
    });
    add(data, sources, target, own, branch.inner, how, name, depth + 1);
  }
};
