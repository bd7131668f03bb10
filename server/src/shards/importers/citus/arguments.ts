/** Citus's signatures: positional and named arguments, brought to one shape. */
import type { Location } from '../../../text/span';
import type { ArgValue, CallArg, CitusCall, CitusFunction } from './calls';

export interface Bound {
  readonly kind:
    | 'distribute'
    | 'reference'
    | 'local'
    | 'undistribute'
    | 'alter'
    | 'colocate'
    | 'schema'
    | 'schema-undone';
  readonly table: readonly string[];
  readonly tableAt: Location;
  /** Undefined for a table without a key: it lives on one shard. */
  readonly key?: string;
  readonly keyAt?: Location;
  readonly strategy?: 'hash' | 'range';
  /** `unknown`: given, but not as a literal. */
  readonly shards?: number | 'unknown';
  readonly colocation?: 'none' | 'default' | 'table';
  readonly colocate?: { readonly table: readonly string[]; readonly at: Location };
  readonly others?: readonly (readonly string[])[];
  readonly cascade: boolean;
  readonly schema?: string;
}

const distribute = ['table_name', 'distribution_column', 'distribution_type', 'colocate_with', 'shard_count'];

const signatures: Readonly<Record<CitusFunction, { readonly kind: Bound['kind']; readonly names: readonly string[] }>> =
  {
    create_distributed_table: { kind: 'distribute', names: distribute },
    create_distributed_table_concurrently: { kind: 'distribute', names: distribute },
    create_reference_table: { kind: 'reference', names: ['table_name'] },
    citus_add_local_table_to_metadata: { kind: 'local', names: ['table_name', 'cascade_via_foreign_keys'] },
    create_citus_local_table: { kind: 'local', names: ['table_name', 'cascade_via_foreign_keys'] },
    undistribute_table: { kind: 'undistribute', names: ['table_name', 'cascade_via_foreign_keys'] },
    alter_distributed_table: {
      kind: 'alter',
      names: ['table_name', 'distribution_column', 'shard_count', 'colocate_with', 'cascade_to_colocated'],
    },
    update_distributed_table_colocation: { kind: 'colocate', names: ['table_name', 'colocate_with'] },
    mark_tables_colocated: { kind: 'colocate', names: ['source_table_name', 'target_table_names'] },
    citus_schema_distribute: { kind: 'schema', names: ['schemaname'] },
    citus_schema_undistribute: { kind: 'schema-undone', names: ['schemaname'] },
  };

/** Undefined where the table, the key or the co-location is not a literal. */
export function bindArguments(call: CitusCall): Bound | undefined {
  const { kind, names } = signatures[call.name];
  const named = new Map<string, CallArg>();
  call.args.forEach((arg, index) => {
    const name = arg.name ?? names[index];
    if (name !== undefined) named.set(name, arg);
  });
  const get = (name: string): CallArg | undefined => named.get(name);
  const first = get(names[0] ?? '');
  const subject = textOf(first?.value);
  if (first === undefined || subject === undefined) return undefined;
  if (kind === 'schema' || kind === 'schema-undone') {
    const schema = identifiers(subject).at(-1) ?? '';
    return { kind, table: [], tableAt: first.at, cascade: false, schema };
  }
  const key = get('distribution_column');
  const colocate = get('colocate_with');
  if (isUnknown(key) || isUnknown(colocate)) return undefined;
  const keyText = textOf(key?.value);
  const target = textOf(colocate?.value);
  const word = target?.toLowerCase();
  const colocation = word === undefined ? undefined : word === 'none' || word === 'default' ? word : 'table';
  const others = get('target_table_names')?.value;
  const type = textOf(get('distribution_type')?.value)?.toLowerCase();
  const shards = get('shard_count')?.value;
  return {
    kind,
    table: identifiers(subject),
    tableAt: first.at,
    ...(keyText !== undefined && key !== undefined && { key: column(keyText), keyAt: key.at }),
    // Append: rows go to the newest shard, and reads are pruned by each shard's range.
    ...(type !== undefined && { strategy: type === 'hash' ? 'hash' : 'range' }),
    ...(shards !== undefined &&
      shards.kind !== 'null' && { shards: shards.kind === 'number' ? shards.number : 'unknown' }),
    ...(colocation !== undefined && { colocation }),
    ...(colocation === 'table' &&
      colocate !== undefined &&
      target !== undefined && { colocate: { table: identifiers(target), at: colocate.at } }),
    ...(others?.kind === 'list' && { others: others.items.map(identifiers) }),
    cascade: ['cascade_to_colocated', 'cascade_via_foreign_keys'].some((name) => {
      const value = get(name)?.value;
      return value?.kind === 'boolean' && value.boolean;
    }),
  };
}

const textOf = (value: ArgValue | undefined): string | undefined => (value?.kind === 'text' ? value.text : undefined);
const isUnknown = (arg: CallArg | undefined): boolean => arg?.value.kind === 'unknown';

/** `public.orders`, `"Orders"`: as regclass reads it, unquoted parts folded. */
export function identifiers(written: string): readonly string[] {
  const parts = written.match(/"(?:[^"]|"")*"|[^.\s]+/g) ?? [];
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase()));
}

/** Citus looks the column up by its exact name, though it accepts a quoted one too. */
const column = (written: string): string =>
  /^".*"$/.test(written) ? written.slice(1, -1).replaceAll('""', '"') : written;
