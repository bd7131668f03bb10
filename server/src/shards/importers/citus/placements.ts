/** Where Citus has put each table so far: every call changes it, as it would in the database. */
import { findColumn, type Table, tableKey } from '../../../schema/model';
import type { Effect, Replay } from '../../../schema/replay';
import type { Location } from '../../../text/span';
import type { MapProblem, Strategy } from '../../model';
import { type Bound, bindArguments } from './arguments';
import type { CitusCall } from './calls';
import { type Group, Groups } from './groups';

export interface Placement {
  readonly name: readonly string[];
  readonly kind: 'sharded' | 'reference' | 'unsharded' | 'single-shard';
  readonly key: readonly string[];
  readonly strategy: Strategy;
  readonly shards?: number | undefined;
  readonly group?: Group;
  readonly at: Location;
}

/** What the session says that a call runs in. */
export interface Session {
  readonly shardCount: number;
  /** The tables of this file are in a dump already: calls about tables that are gone are history. */
  readonly superseded: boolean;
}

export class Placements {
  readonly placed = new Map<string, Placement>();
  /** Schemas that are shards of their own: name → where that was said. */
  readonly schemas = new Map<string, Location>();
  readonly problems: MapProblem[] = [];
  /** A call was found whose table or key is not written out: what is not placed may be placed by it. */
  open = false;
  /** Names in CREATE TABLE statements that nobody could read. */
  readonly unread = new Set<string>();
  /** Tables that calls name and nothing places. */
  private readonly elsewhere = new Set<string>();
  private readonly groups = new Groups();

  constructor(private readonly replay: Replay) {}

  of(name: readonly string[]): Placement | undefined {
    return this.placed.get(tableKey(this.replay.find(name)?.name ?? name));
  }

  follow(effect: Effect): void {
    switch (effect.kind) {
      case 'dropped':
        this.placed.delete(tableKey(effect.table));
        break;
      case 'renamed': {
        const old = this.placed.get(tableKey(effect.from));
        if (old === undefined) break;
        this.placed.delete(tableKey(effect.from));
        this.put({ ...old, name: effect.to });
        break;
      }
      case 'column-renamed': {
        const old = this.placed.get(tableKey(effect.table));
        if (old === undefined) break;
        this.put({ ...old, key: old.key.map((column) => (column === effect.from ? effect.to : column)) });
        break;
      }
      default:
        break;
    }
  }

  /** True where the call's table is not known (yet): it may be tried again after the last file. */
  apply(call: CitusCall, session: Session, last: boolean): boolean {
    const bound = bindArguments(call);
    if (bound === undefined) {
      this.open = true;
      this.report(call.at, 'information', 'unreadable-call', unreadable(call));
      return false;
    }
    if (bound.schema !== undefined) {
      if (bound.kind === 'schema') this.schemas.set(bound.schema, call.at);
      else this.schemas.delete(bound.schema);
      return false;
    }
    const table = this.replay.find(bound.table);
    const parties = [bound.table, ...(bound.colocate === undefined ? [] : [bound.colocate.table])];
    if (!last && parties.some((name) => this.replay.find(name) === undefined)) return true;
    if (session.superseded && last && table === undefined) return false;
    this.place(bound, table, session);
    return false;
  }

  private place(bound: Bound, table: Table | undefined, session: Session): void {
    const name = table?.name ?? bound.table;
    const old = this.of(name);
    switch (bound.kind) {
      case 'schema':
      case 'schema-undone':
        return;
      case 'reference':
      case 'local':
        this.checkTable(bound, table);
        for (const other of bound.cascade ? this.connected(name) : [name]) {
          const kind = bound.kind === 'reference' ? 'reference' : 'unsharded';
          this.put({ name: other, kind, key: [], strategy: 'hash', at: bound.tableAt });
        }
        return;
      case 'undistribute':
        for (const other of bound.cascade ? this.connected(name) : [name]) this.placed.delete(tableKey(other));
        return;
      case 'distribute':
        this.checkTable(bound, table);
        this.checkColumn(bound, table, session);
        this.put(this.distributed(bound, table, name, session));
        return;
      case 'alter':
        if (bound.key !== undefined) this.checkColumn(bound, table, session);
        if (old === undefined) {
          if (this.knows(table, session)) {
            const message = `\`${name.join('.')}\` is not distributed at this point.`;
            this.report(bound.tableAt, 'warning', 'table-not-distributed', message);
          }
          return;
        }
        this.alter(old, bound, table, session);
        return;
      case 'colocate':
        for (const other of bound.others ?? []) {
          const found = this.of(other);
          if (found !== undefined && old?.group !== undefined) this.put({ ...found, group: old.group });
        }
        if (old !== undefined && bound.colocation !== undefined) this.alter(old, bound, table, session);
        return;
    }
  }

  private distributed(bound: Bound, table: Table | undefined, name: readonly string[], session: Session): Placement {
    const { key, strategy = 'hash' } = bound;
    const others = [...this.placed.values()].filter((placement) => placement.name !== name);
    this.groups.keepOnly(new Set(others.map((placement) => placement.group)));
    const title = name.join('.');
    if (key === undefined) {
      const target = this.colocated(bound, '', session);
      const group = target ?? this.groups.make(title, { type: '', implicit: false });
      return { name, kind: 'single-shard', key: [], strategy, group, at: bound.tableAt };
    }
    const column = table === undefined ? undefined : findColumn(table, key);
    const type = column?.type ?? '';
    const group = this.groupFor(bound, title, type, countOf(bound, session.shardCount), session);
    const { shards } = group;
    return {
      name,
      kind: 'sharded',
      key: [column?.name ?? key],
      strategy,
      ...(shards !== undefined && { shards }),
      group,
      at: bound.tableAt,
    };
  }

  private groupFor(bound: Bound, title: string, type: string, count: number | undefined, session: Session): Group {
    const shards = count === undefined ? {} : { shards: count };
    if (bound.colocation === 'table') {
      const target = this.colocated(bound, type, session);
      return target ?? this.groups.make(title, { ...shards, type, implicit: false });
    }
    // Shards of range and append tables are made by hand, later: their number is not known, and nothing joins them.
    const made = bound.strategy !== undefined && bound.strategy !== 'hash';
    if (made) return this.groups.make(title, { type, implicit: false });
    if (bound.colocation === 'none') return this.groups.make(title, { ...shards, type, implicit: false });
    return this.groups.standard(title, count, type);
  }

  /** The group of the table that `colocate_with` names; a mistake there is reported. */
  private colocated(bound: Bound, type: string, session: Session): Group | undefined {
    if (bound.colocate === undefined) return undefined;
    const target = this.of(bound.colocate.table);
    const written = bound.colocate.table.join('.');
    if (target?.group === undefined) {
      if (this.knows(this.replay.find(bound.colocate.table), session) && !this.open) {
        const message = `\`${written}\` is not distributed, so nothing can be co-located with it.`;
        this.report(bound.colocate.at, 'error', 'colocate-with-undistributed', message);
        return undefined;
      }
      // Distributed elsewhere, or by a call that nobody can read: Citus would have refused otherwise.
      if (!this.elsewhere.has(written)) {
        const message = `\`${written}\` is not distributed in the imported files. It is taken to be in the default co-location group; if it is not, declare it under \`tables\`.`;
        this.report(bound.colocate.at, 'warning', 'colocate-with-unseen', message);
      }
      this.elsewhere.add(written);
      return this.groups.standard(written, countOf(bound, session.shardCount), type);
    }
    if (target.group.type !== '' && type !== '' && target.group.type !== type) {
      const message = `The key is ${type} here and ${target.group.type} in \`${written}\`: Citus co-locates equal types only.`;
      this.report(bound.colocate.at, 'error', 'colocated-key-type', message);
      return undefined;
    }
    return target.group;
  }

  private alter(old: Placement, bound: Bound, table: Table | undefined, session: Session): void {
    const key = bound.key === undefined ? old.key : [bound.key];
    const column = table === undefined || key[0] === undefined ? undefined : findColumn(table, key[0]);
    const type = column?.type ?? old.group?.type ?? '';
    const shards = countOf(bound, old.group?.shards ?? session.shardCount);
    const changed = bound.cascade && old.group !== undefined ? this.sharing(old.group) : [old];
    const others = [...this.placed.values()].filter((placement) => !changed.includes(placement));
    this.groups.keepOnly(new Set(others.map((placement) => placement.group)));
    const title = bound.cascade ? (old.group?.name ?? old.name.join('.')) : old.name.join('.');
    const group =
      bound.cascade && bound.shards !== undefined
        ? this.groups.make(title, {
            ...(shards !== undefined && { shards }),
            type,
            implicit: old.group?.implicit ?? false,
          })
        : this.groupFor(bound, title, type, shards, session);
    for (const one of changed) {
      this.put({
        ...one,
        kind: key.length === 0 ? one.kind : 'sharded',
        key: one === old ? key : one.key,
        shards: group.shards,
        group,
      });
    }
  }

  private sharing(group: Group): readonly Placement[] {
    return [...this.placed.values()].filter((placement) => placement.group === group);
  }

  /** Tables that foreign keys hang together, in either direction. */
  private connected(name: readonly string[]): readonly (readonly string[])[] {
    const found = new Map([[tableKey(name), name]]);
    const tables = this.replay.tables();
    for (const [, current] of found) {
      for (const table of tables) {
        const referenced = table.foreignKeys.map((foreign) => foreign.table);
        const here = tableKey(table.name) === tableKey(current);
        const near = here
          ? referenced
          : referenced.some((to) => tableKey(to) === tableKey(current))
            ? [table.name]
            : [];
        for (const one of near) if (!found.has(tableKey(one))) found.set(tableKey(one), one);
      }
    }
    return [...found.values()];
  }

  private put(placement: Placement): void {
    this.placed.set(tableKey(placement.name), placement);
  }

  private knows(table: Table | undefined, session: Session): boolean {
    return table !== undefined && !session.superseded;
  }

  private checkTable(bound: Bound, table: Table | undefined): void {
    // Where no file makes any table, the schema is kept elsewhere.
    if (table !== undefined || this.replay.tables().length === 0 || this.unread.has(tableKey(bound.table))) return;
    const message = `No imported file makes the table \`${bound.table.join('.')}\`.`;
    this.report(bound.tableAt, 'warning', 'unknown-table', message);
  }

  private checkColumn(bound: Bound, table: Table | undefined, session: Session): void {
    if (bound.key === undefined || table === undefined || !table.columnsComplete || session.superseded) return;
    if (findColumn(table, bound.key) !== undefined) return;
    const message = `\`${table.name.join('.')}\` has no column \`${bound.key}\`.`;
    this.report(bound.keyAt ?? bound.tableAt, 'error', 'unknown-column', message);
  }

  private report(at: Location, severity: MapProblem['severity'], code: string, message: string): void {
    this.problems.push({ at, severity, code, message });
  }
}

const countOf = ({ shards }: Bound, standard: number): number | undefined =>
  shards === 'unknown' ? undefined : (shards ?? standard);

const unreadable = ({ name }: CitusCall): string =>
  `The arguments of ${name} are not written out here, so the table that it places is not known.`;
