/** From results by file to what the advice reads: one survey a map. */
import type { Survey, Surveyed } from '../advice/survey';
import { rateOf } from '../advice/traffic';
import type { Work } from '../advice/work';
import { flowOf } from '../flow/createFlow';
import { indexOf, type Linker } from '../flow/linker';
import { folderOf, relativeTo } from '../platform/paths';
import type { FileKind, Placed } from '../rules/rule';
import type { Effective, LoadedMap } from '../shards/load';
import type { FileResult } from './analyzeFile';
import { namesOf, titleAround } from './functionNames';
import type { LoadedDialect } from './parsers';
import { placedOf } from './placed';
import type { Statement } from './statement';
import { inventoryItem } from './summary';
import { type WorkSource, workIn } from './units/workIn';
import { askableOf, weighed } from './weighing';

export interface Surroundings {
  /** What reads the statements of query logs; undefined until a file was read. */
  readonly dialect?: LoadedDialect | undefined;
  kindOf(file: string): FileKind;
  readonly linker: Linker;
}

export interface SurveyedMap {
  readonly loaded: LoadedMap;
  /** The map and its schema with the models of ORMs. */
  readonly effective: Effective;
  readonly planned: Survey['imports'];
}

export function surveyOf(
  { loaded, effective, planned }: SurveyedMap,
  results: readonly FileResult[],
  { kindOf, linker, dialect }: Surroundings,
): Survey {
  const folder = folderOf(loaded.file);
  const { map, schema } = effective;
  const statements = results.flatMap((one) => one.statements);
  const sources = new Map(
    results.flatMap(({ file, host, statements: own }): readonly (readonly [string, WorkSource])[] =>
      host && kindOf(file) === 'source' ? [[file, { host, statements: own }]] : [],
    ),
  );
  let work: Work | undefined;
  const own = statements.filter(({ file }) => kindOf(file) === 'source');
  const log = map.workload && dialect ? weighed(own, effective, dialect) : undefined;
  const weightOf = new Map([...(log?.weights.matched ?? [])].map(([{ of }, weight]) => [of, weight]));
  return {
    map,
    schema,
    planned: planned !== undefined,
    ...(planned && { imports: planned }),
    ...(log && { onlyLogged: log.onlyLogged, unreadLogged: log.unreadLogged }),
    statements: results.flatMap((result) => {
      const { host } = result;
      const names = host && result.statements.length > 0 ? namesOf(host, indexOf(linker, host)) : undefined;
      return result.statements.flatMap((one): readonly Surveyed[] => {
        const placed = placedOf(one, kindOf);
        if (!placed) return [];
        const name = host && names && titleAround(host, one.nameSpan, names);
        const weight = weightOf.get(one);
        // What the map says itself stands above its logs.
        const rate = rateOf(map.traffic, relativeTo(folder, one.file) ?? one.file, name) ?? weight?.rate;
        return [
          {
            ...surveyed(one, placed),
            ...(name !== undefined && { function: name }),
            ...(rate !== undefined && { rate }),
            ...(weight && { calls: weight.calls }),
            askable: () => askableOf(one, effective, dialect),
          },
        ];
      });
    }),
    unread: statements.flatMap(({ query, file, span, why = 'unsupported' }) =>
      query ? [] : [{ at: { file, span }, why, own: kindOf(file) === 'source' }],
    ),
    work: () => {
      work ??= workIn([...sources.values()], {
        index: (host) => indexOf(linker, host),
        flow: (host) => flowOf(linker, host, map.receivers),
        source: (path) => sources.get(path),
      });
      return work;
    },
  };
}

function surveyed(one: Statement, { kind, transaction, ...placed }: Placed): Omit<Surveyed, 'askable'> {
  const { file, orm, operation, tables, own, route, target, sql, unknown } = inventoryItem(one, () => kind);
  return {
    file,
    query: placed.query,
    route,
    own,
    toSource: placed.toSource,
    at: placed.at,
    name: placed.name,
    orm,
    operation,
    tables,
    reads: placed.reads,
    writes: placed.writes,
    sql,
    target,
    unknown,
    under: one.under,
    ...(transaction !== undefined && { transaction }),
  };
}
