/** All Drizzle tables of a workspace with their relations, by place and by the constant that holds them. */
import type { Flow, Ref } from '../../flow/flow';
import type { HostFile } from '../../hosts/host';
import type { Model, Relation } from '../build/model';
import { schemaOf } from '../build/schema';
import type { Declared } from '../orm';
import { relationsIn } from './relations';
import { type Casing, casingIn, madeIn, readTable } from './tables';

export interface DrizzleTable {
  /** The constant: what `db.query` calls it. */
  readonly name: string;
  readonly model: Model;
  /** The call that makes it. */
  readonly ref: Ref;
  readonly file: string;
}

export interface DrizzleData {
  readonly byKey: ReadonlyMap<string, DrizzleTable>;
  readonly byName: ReadonlyMap<string, readonly DrizzleTable[]>;
  readonly casing: Casing;
}

/** By table key. */
export type Relations = ReadonlyMap<string, readonly Relation[]>;

export const readDrizzle = (files: readonly HostFile[], flowOf: (file: HostFile) => Flow): Declared<DrizzleData> => {
  const casing = files.reduce<Casing>((found, file) => found ?? casingIn(file), undefined);
  const tables: DrizzleTable[] = [];
  for (const file of files) {
    const flow = flowOf(file);
    for (const statement of file.functions[0]?.body ?? []) {
      if (statement.kind !== 'declare' || statement.pattern.kind !== 'name' || statement.value === undefined) continue;
      const ref = flow.ref(statement.value);
      const chain = flow.chain(ref);
      const made = madeIn(chain);
      // Another name for a table, a column of it, or a query over it.
      if (made === undefined || tables.some((one) => one.model.name === made.key)) continue;
      if (chain.steps.slice(made.index + 1).some((step) => step.kind === 'member')) continue;
      const model = readTable(flow, made, casing);
      if (model !== undefined) tables.push({ name: statement.pattern.name, model, ref, file: file.path });
    }
  }
  const related = relationsIn(files, flowOf, tables);
  const whole = tables.map((table) => ({ ...table, model: withRelations(table.model, related) }));
  const byName = new Map<string, DrizzleTable[]>();
  for (const table of whole) byName.set(table.name, [...(byName.get(table.name) ?? []), table]);
  return {
    data: { byKey: new Map(whole.map((table) => [table.model.name, table])), byName, casing },
    schema: schemaOf(whole.map(({ model }) => model).filter((model) => model.declared)),
  };
};

const withRelations = (model: Model, related: Relations): Model => ({
  ...model,
  relations: new Map((related.get(model.name) ?? []).map((relation) => [relation.name, relation])),
});

/** The nearest of several tables of one name. */
export const nearest = (tables: readonly DrizzleTable[] | undefined, file: string): DrizzleTable | undefined => {
  const shared = (other: string): number => {
    const [a, b] = [file.split('/'), other.split('/')];
    let count = 0;
    while (count < a.length && a[count] === b[count]) count++;
    return count;
  };
  return tables === undefined ? undefined : [...tables].sort((a, b) => shared(b.file) - shared(a.file))[0];
};
