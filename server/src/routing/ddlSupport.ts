/**
 * What each router makes of DDL on its sharded tables: the only place that says so.
 *
 * `error`: the router refuses it, or rows are lost. `warning`: it is accepted and does not hold across shards.
 * `fine`: the system keeps the promise itself, or it is not its business.
 * Sources: the DDL list of Citus (`create_distributed_table` checks), PlanetScale's deploy requests and Vitess's
 * unsupported cases, the manuals of the others.
 */

import type { RouterChoice } from '../shards/model';
import { own } from '../text/own';

export type DdlSupport = 'error' | 'warning' | 'fine';

export type DdlMatter =
  | 'unique-without-key'
  | 'foreign-key-across'
  | 'foreign-key-from-local'
  | 'foreign-key-moves'
  | 'key-types-differ'
  | 'trigger'
  | 'sequence-per-shard'
  | 'narrow-sequence'
  | 'generated-key'
  | 'inheritance'
  | 'temporary';

type Column = Readonly<Record<DdlMatter, DdlSupport>>;

/** Ordinary databases side by side, which know nothing of each other. */
const apart: Column = {
  'unique-without-key': 'warning',
  'foreign-key-across': 'warning',
  'foreign-key-from-local': 'warning',
  // ORMs write ON UPDATE CASCADE everywhere; it costs nothing as long as nobody updates the key.
  'foreign-key-moves': 'fine',
  'key-types-differ': 'warning',
  trigger: 'fine',
  'sequence-per-shard': 'warning',
  'narrow-sequence': 'fine',
  'generated-key': 'fine',
  inheritance: 'fine',
  temporary: 'fine',
};

/** One distributed database: constraints and sequences hold over all shards. */
const whole: Column = {
  'unique-without-key': 'fine',
  'foreign-key-across': 'fine',
  'foreign-key-from-local': 'fine',
  'foreign-key-moves': 'fine',
  'key-types-differ': 'fine',
  trigger: 'fine',
  'sequence-per-shard': 'fine',
  'narrow-sequence': 'fine',
  'generated-key': 'fine',
  inheritance: 'fine',
  temporary: 'fine',
};

const routers: Readonly<Record<string, Column>> = {
  citus: {
    'unique-without-key': 'error',
    'foreign-key-across': 'error',
    'foreign-key-from-local': 'error',
    'foreign-key-moves': 'error',
    'key-types-differ': 'error',
    trigger: 'error',
    // The coordinator's sequences give numbers to all shards.
    'sequence-per-shard': 'fine',
    'narrow-sequence': 'warning',
    'generated-key': 'error',
    inheritance: 'error',
    temporary: 'error',
  },
  vitess: {
    ...apart,
    'foreign-key-across': 'error',
    'foreign-key-from-local': 'error',
    trigger: 'warning',
    'generated-key': 'error',
  },
  'aurora-limitless': {
    ...whole,
    'unique-without-key': 'error',
    'foreign-key-across': 'error',
    'foreign-key-from-local': 'error',
    'foreign-key-moves': 'error',
    'key-types-differ': 'error',
    trigger: 'error',
    inheritance: 'error',
  },
  oceanbase: { ...whole, 'unique-without-key': 'error' },
  mongodb: { ...whole, 'unique-without-key': 'error' },
  yugabytedb: whole,
  cockroachdb: whole,
  tidb: whole,
  spanner: whole,
  'polardb-x': whole,
};

/** A setting with which the router takes what it refuses otherwise. */
const allowedBy: Readonly<Record<string, Partial<Record<DdlMatter, string>>>> = {
  citus: { trigger: 'enable_unsafe_triggers' },
};

export function ddlSupport(router: RouterChoice, matter: DdlMatter): DdlSupport {
  const setting = allowedBy[router.name]?.[matter];
  if (setting !== undefined && /^(?:on|true|yes|1)$/i.test(String(router.settings[setting] ?? ''))) return 'fine';
  return (own(routers, router.name) ?? apart)[matter];
}

const titles: Readonly<Record<string, string>> = {
  citus: 'Citus',
  vitess: 'Vitess',
  'aurora-limitless': 'Aurora Limitless',
  oceanbase: 'OceanBase',
  mongodb: 'MongoDB',
  pgcat: 'pgcat',
  pgdog: 'PgDog',
  spqr: 'SPQR',
  shardingsphere: 'ShardingSphere',
};

/** The router as a sentence names it; `capital` at its beginning, where its own name has to do. */
export const routerTitle = ({ name }: RouterChoice, where?: 'capital'): string =>
  own(titles, name) ?? (where === 'capital' ? name.charAt(0).toUpperCase() + name.slice(1) : 'the router');
