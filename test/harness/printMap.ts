/** A shard map and its problems as a reader wants to see them in a fixture: one line a fact, nothing that is empty. */
import { printQuery } from '../../server/src/query/print';
import type {
  Database,
  KeyCandidate,
  Level,
  MapProblem,
  Mapping,
  Receiver,
  Replication,
  ShardMap,
  ShardTable,
  Vindex,
} from '../../server/src/shards/model';

const list = (names: readonly string[]): string => names.join(', ');
const value = (each: unknown): string => (typeof each === 'bigint' ? `${each}n` : JSON.stringify(each));

export function printMap(map: ShardMap): string {
  const { router } = map;
  const settings = Object.entries(router.settings).map(([name, each]) => `${name}=${each}`);
  const head = [
    `${map.dialect}, ${[router.name, router.version, ...settings].filter((each) => each !== undefined).join(' ')}`,
    ...(map.defaultDatabase ? [`default database ${map.defaultDatabase}`] : []),
    ...(map.searchPath.join() === 'public' || map.searchPath.length === 0
      ? []
      : [`search path ${list(map.searchPath)}`]),
    ...(map.defaultShardKeys?.length ? [`default shard key ${map.defaultShardKeys.join(', then ')}`] : []),
    ...(map.files.length > 0 ? [`files ${list(map.files)}`] : []),
  ];
  return [
    ...head,
    ...map.databases.map(printDatabase),
    ...map.tables.flatMap(printTable),
    ...map.candidates.map(printCandidate),
    ...map.routingRules.map(({ from, to }) => `rule ${from} → ${list(to) || 'nothing'}`),
    ...map.receivers.map(printReceiver),
    ...map.services.map(({ name, files, owns }) => `service ${name}: ${list(files)} owns ${list(owns)}`),
    ...map.readModels.map(({ table, projector }) => `read model ${table} by ${list(projector)}`),
    ...(map.workload ?? []).map(({ sql, calls, milliseconds, rate }) =>
      [
        `logged ${calls}`,
        rate === undefined ? '' : `(${rate}/s)`,
        milliseconds === undefined ? '' : `${milliseconds} ms`,
        sql,
      ]
        .filter(Boolean)
        .join(' '),
    ),
    ...Object.entries(map.traffic).map(([name, rate]) => `traffic ${name} ${rate}`),
    ...Object.entries(map.rules).map(([name, { severity, options }]) =>
      [`rule ${name}`, severity, options && JSON.stringify(options)].filter(Boolean).join(' '),
    ),
    ...Object.entries(map.budgets).map(([name, { maxScatter }]) => `budget ${name} max-scatter ${maxScatter}`),
  ].join('\n');
}

function printDatabase({ name, sharded, servers, virtualShards, explicitOnly, replication }: Database): string {
  const facts = [
    sharded === undefined ? '' : sharded ? 'sharded' : 'not sharded',
    servers ? `${servers} servers` : '',
    virtualShards ? `${virtualShards} virtual shards` : '',
    explicitOnly ? 'by qualified name only' : '',
    printReplication(replication),
  ].filter(Boolean);
  return `database ${name}${facts.length > 0 ? `: ${list(facts)}` : ''}`;
}

const printReplication = ({ mode, replicaLag, stickiness }: Replication): string =>
  list([
    ...(mode ? [mode] : []),
    ...(replicaLag === undefined ? [] : [`lag ${replicaLag} ms`]),
    ...(stickiness === undefined ? [] : [`sticky ${stickiness} ms`]),
  ]);

function printTable(table: ShardTable): readonly string[] {
  const facts = [
    table.kind === 'sharded' ? `${table.strategy} by ${list(table.shardKey)}` : table.kind,
    table.shards ? `${table.shards} shards` : '',
    table.hash && !table.vindexes ? `hash function ${table.hash}` : '',
    table.group ? `group "${table.group}"` : '',
    table.pinned ? `pinned ${table.pinned}` : '',
    table.source ? `from ${table.source}` : '',
    table.sequence ? 'sequence' : '',
    table.keyRequired ? 'key required' : '',
    table.rangesRefused ? 'ranges refused' : '',
    table.topShare ? `top share ${table.topShare}` : '',
  ].filter(Boolean);
  const columns = [...table.columns].map(([name, type]) => `${name} ${type}`.trim());
  const details = [
    ...(columns.length > 0 ? [`columns ${list(columns)}${table.columnsComplete ? '' : ' …'}`] : []),
    ...table.unique.map((key) => `unique ${list(key)}`),
    ...(table.globalIndexes ?? []).map(
      ({ columns: of, unique }) => `${unique ? 'unique ' : ''}global index ${list(of)}`,
    ),
    ...(table.generated.length > 0 ? [`generated ${list(table.generated)}`] : []),
    ...(table.levels ?? []).map(printLevel),
    ...(table.mapping ?? []).map(printMapping),
    ...(table.directory
      ? [`directory ${table.directory.table}: ${table.directory.key} → ${table.directory.shard}`]
      : []),
    ...(table.vindexes ?? []).map(printVindex),
    ...(table.definition ? [`as ${printQuery(table.definition)}`] : []),
  ];
  return [`${table.name.join('.')}: ${list(facts)}`, ...details.map((detail) => `  ${detail}`)];
}

const printCandidate = ({ name, key, from, strategy, parts }: KeyCandidate): string =>
  `candidate ${name.join('.')}: ${[`${list(key)} from ${from}`, strategy, parts && `${parts} parts`].filter(Boolean).join(', ')}`;

const printLevel = ({ key, strategy, over, count }: Level): string =>
  `level ${strategy} by ${list(key)} over ${over}${count === undefined ? '' : `, ${count}`}`;

function printMapping({ from, to, values, shard }: Mapping): string {
  const bounds =
    from === undefined && to === undefined
      ? ''
      : `${from === undefined ? '' : value(from)} … ${to === undefined ? '' : value(to)}`;
  return `${(values ? list(values.map(value)) : bounds.trim()) || 'the rest'} → ${shard}`;
}

function printVindex({ name, type, assumed, columns, unique, lookup, writeOnly, owned, cost }: Vindex): string {
  const facts = [
    assumed ? 'assumed' : '',
    unique ? 'unique' : 'not unique',
    lookup ? (owned ? 'owned lookup' : 'lookup') : '',
    writeOnly ? 'write only' : '',
    `cost ${cost}`,
  ].filter(Boolean);
  return `vindex ${name} (${type}) on ${list(columns)}: ${list(facts)}`;
}

const printReceiver = ({ match, binds, reach, target, sql }: Receiver): string =>
  [
    `receiver ${match}`,
    binds && `binds ${binds}`,
    reach && `reaches ${reach}`,
    target && `target ${target}`,
    sql && 'takes SQL',
  ]
    .filter(Boolean)
    .join(', ');

/** `"the text at the exact place" (file:line) severity code: message`. */
export function printProblem({ at, severity, code, message }: MapProblem, text: string, name: string): string {
  const line = text.slice(0, at.span.start).split('\n').length;
  const marked = text.slice(at.span.start, at.span.end).replace(/\s+/g, ' ');
  return `${name}:${line} «${marked.length > 60 ? `${marked.slice(0, 57)}…` : marked}» ${severity} ${code}: ${message}`;
}
