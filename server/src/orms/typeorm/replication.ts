/** `new DataSource({ replication: { master, slaves, defaultMode } })`, and the same among NestJS's options. */
import type { Flow } from '../../flow/flow';
import type { CallValue, HostFile, Value } from '../../hosts/host';
import { callsIn } from '../build/calls';
import { objectIn, optionIn, textIn } from '../build/options';
import type { Found, Operation } from '../orm';
import { isTypeorm, type TypeormData } from './entities';

/** Reads go to a replica unless `defaultMode` says otherwise. */
export const readsIn = (files: readonly HostFile[], flowFor: (file: HostFile) => Flow): Pick<TypeormData, 'reads'> => {
  for (const file of files) {
    if (!file.imports.some(({ module }) => isTypeorm(module) || module === '@nestjs/typeorm')) continue;
    const flow = flowFor(file);
    for (const call of callsIn(file)) {
      if (!connects(call)) continue;
      const given = call.args.map((arg) => optionIn(objectIn(flow, [flow.ref(arg)]), 'replication'));
      const replication = given.find((one) => one !== undefined);
      if (replication === undefined) continue;
      const mode = textIn(flow, optionIn(objectIn(flow, [replication]), 'defaultMode'));
      return { reads: mode === 'master' || mode === 'primary' ? 'primary' : 'replica' };
    }
  }
  return {};
};

const connects = ({ callee }: CallValue): boolean =>
  /^(?:DataSource|createConnection|forRoot|Connection)$/.test(lastName(callee) ?? '');

const lastName = (value: Value): string | undefined =>
  value.kind === 'name'
    ? value.name
    : value.kind === 'member' && typeof value.property === 'string'
      ? value.property
      : undefined;

const reading: ReadonlySet<string> = new Set(['select', 'count', 'aggregate']);

/** Outside of transactions and query runners. */
export const replicatedTarget = (
  { reads }: TypeormData,
  operation: Operation,
  inTransaction: boolean,
): Found['target'] => (reads === undefined ? 'unknown' : reading.has(operation) && !inTransaction ? reads : 'primary');
