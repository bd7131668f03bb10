/** One table of a VSchema. */

import { didYouMean } from '../../../text/didYouMean';
import type { ShardTable, Vindex } from '../../model';
import { child, type Entry, entriesOf, flagOf, itemsOf, type Node, textOf, textsOf } from '../../positioned/node';
import { field, type Keyspace, type Report, snake, tableKeys } from './keys';
import { type VindexType, vindexTypes } from './vindexTypes';

const unshipped: VindexType = { unique: true, lookup: false, cost: 1 };

export function importTable(keyspace: Keyspace, entry: Entry, report: Report): ShardTable | undefined {
  const { key, keyAt, value: node } = entry;
  let misspelt = false;
  for (const each of entriesOf(node)) {
    const known = tableKeys.some((name) => name === snake(each.key));
    const meant = known ? undefined : didYouMean(snake(each.key), tableKeys);
    if (!meant) continue;
    misspelt ||= meant === 'column_vindexes';
    report(each.keyAt, 'warning', 'unknown-key', `\`${each.key}\` is no key of a table. Did you mean \`${meant}\`?`);
  }
  const sharded = flagOf(field(keyspace.node, 'sharded')) ?? false;
  const type = textOf(field(node, 'type')) ?? '';
  const columns = columnsOf(node);
  const generated = textOf(child(field(node, 'auto_increment'), 'column'));
  const vindexes = sharded ? vindexesOf(keyspace, entry, report) : [];
  const source = textOf(field(node, 'source'));
  const pinned = textOf(field(node, 'pinned'));
  const base = {
    name: [keyspace.name, key],
    shardKey: [],
    strategy: 'hash',
    group: '',
    generated: generated === undefined ? [] : [generated],
    columns,
    columnsComplete: flagOf(field(node, 'column_list_authoritative')) ?? false,
    unique: [],
    at: keyAt,
  } as const;
  if (type === 'reference') return { ...base, kind: 'reference', ...(source !== undefined && { source }) };
  if (type === 'sequence' && sharded && pinned === undefined) {
    report(
      keyAt,
      'error',
      'sequence-sharded',
      `The sequence \`${key}\` must be pinned or lie in an unsharded keyspace.`,
    );
  }
  if (type !== '' && type !== 'sequence') {
    const message = `\`${type}\` is no type of a table: \`sequence\` and \`reference\` are.`;
    report(field(node, 'type')?.at ?? keyAt, 'error', 'bad-value', message);
    misspelt = true;
  }
  if (!sharded) return { ...base, kind: 'unsharded', ...(type === 'sequence' && { sequence: true }) };
  if (pinned !== undefined) {
    const hex = pinned.replace(/^0x/i, '').toLowerCase();
    const group = `${keyspace.name} pinned ${hex}`;
    return {
      ...base,
      kind: 'single-shard',
      group,
      groupGiven: true,
      pinned: hex,
      ...(type === 'sequence' && { sequence: true }),
    };
  }
  const primary = vindexes[0];
  if (!primary) {
    if (type !== 'sequence' && !misspelt && itemsOf(field(node, 'column_vindexes')).length === 0) {
      const message = `\`${key}\` has no column vindex: Vitess cannot place its rows in the sharded keyspace \`${keyspace.name}\`.`;
      report(keyAt, 'error', 'no-vindex', message);
    }
    return undefined;
  }
  checkPrimary(primary, entry, report);
  // These two keep the order of their values: a range of keys is a range of shards.
  const ordered = primary.type === 'binary' || primary.type === 'numeric';
  return {
    ...base,
    kind: 'sharded',
    shardKey: primary.columns,
    strategy: ordered ? 'range' : 'hash',
    ...(!ordered && { hash: primary.type }),
    group: `${keyspace.name} ${placement(primary)}`,
    groupGiven: true,
    vindexes,
  };
}

/** Two vindexes of one type and the same deciding parameters put equal values on the same shard. */
function placement({ type, params }: Vindex): string {
  const deciding = (vindexTypes[type]?.placement ?? Object.keys(params).sort()).flatMap((name) =>
    params[name] === undefined ? [] : [`${name}=${params[name]}`],
  );
  return [type, ...deciding].join(' ');
}

function columnsOf(node: Node): ReadonlyMap<string, string> {
  return new Map(
    itemsOf(field(node, 'columns')).flatMap((column) => {
      const name = textOf(field(column, 'name'));
      return name === undefined ? [] : [[name, (textOf(field(column, 'type')) ?? '').toLowerCase()] as const];
    }),
  );
}

/** All access paths in declared order; those that name nothing are reported and left out. */
function vindexesOf(keyspace: Keyspace, entry: Entry, report: Report): readonly Vindex[] {
  const declared = field(keyspace.node, 'vindexes');
  const names = entriesOf(declared).map(({ key }) => key);
  return itemsOf(field(entry.value, 'column_vindexes')).flatMap((item): readonly Vindex[] => {
    const nameNode = field(item, 'name');
    const name = textOf(nameNode);
    const one = textOf(field(item, 'column'));
    const columns = one !== undefined ? [one] : textsOf(field(item, 'columns'));
    if (name === undefined || columns.length === 0) {
      const what = name === undefined ? 'the `name` of its vindex' : 'a `column`';
      report(item.at, 'error', 'missing-key', `A column vindex of \`${entry.key}\` lacks ${what}.`);
      return [];
    }
    const node = child(declared, name);
    if (!node) {
      const meant = didYouMean(name, names);
      const message = `No vindex \`${name}\` is declared in the keyspace \`${keyspace.name}\`.${meant ? ` Did you mean \`${meant}\`?` : ''}`;
      report(nameNode?.at ?? item.at, 'error', 'unknown-vindex', message);
      return [];
    }
    return [vindex(name, columns, node, entry.key)];
  });
}

function vindex(name: string, columns: readonly string[], node: Node, table: string): Vindex {
  const type = textOf(field(node, 'type')) ?? '';
  const shipped = Object.hasOwn(vindexTypes, type) ? vindexTypes[type] : undefined;
  const { unique, lookup, cost } = shipped ?? unshipped;
  const params = Object.fromEntries(
    entriesOf(field(node, 'params')).map(({ key, value }) => [key, textOf(value) ?? '']),
  );
  const said = type === 'lookup_cost' ? Number(params.cost) : type === 'multicol' ? multicolCost(params) : Number.NaN;
  return {
    name,
    type,
    ...(!shipped && { assumed: true }),
    columns,
    unique,
    lookup,
    writeOnly: lookup && params.write_only?.toLowerCase() === 'true',
    owned: lookup && textOf(field(node, 'owner'))?.toLowerCase() === table.toLowerCase(),
    cost: Number.isFinite(said) ? said : cost,
    params,
  };
}

/** The sum of its columns' own vindexes, which are `hash` where nothing else is said. */
function multicolCost({ column_count, column_vindex = '' }: Vindex['params']): number {
  const types = column_vindex.split(',').map((one) => one.trim());
  return Array.from({ length: Number(column_count) || 0 }, (_, i) => vindexTypes[types[i] || 'hash']?.cost ?? 1).reduce(
    (sum, cost) => sum + cost,
    0,
  );
}

function checkPrimary(primary: Vindex, { key, keyAt }: Entry, report: Report): void {
  if (!primary.unique) {
    report(
      keyAt,
      'error',
      'primary-not-unique',
      `The primary vindex \`${primary.name}\` of \`${key}\` is not unique: a row needs exactly one shard.`,
    );
  } else if (primary.owned) {
    report(
      keyAt,
      'error',
      'primary-owned',
      `The primary vindex \`${primary.name}\` cannot be owned by \`${key}\`: its lookup rows need the shard first.`,
    );
  }
}
