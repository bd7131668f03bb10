/** Service cuts as a page, as JSON, and as the `services` of a map. What is said is `advice/federation`'s own. */

import type { Location } from '../../text/span';
import { plain } from '../keyAdvisor/mapText';
import { statements as counted } from '../keyAdvisor/reasons';
import { type Block, heading, type Item, list, type Page, table, text } from '../page';
import type { Cut, Federation } from './federation';

export function federationPage(federation: Federation): Page {
  const { known, services, apart, cuts } = federation;
  if (services.length === 0) return [heading(1, 'Service cuts'), text('Nothing ties tables together here.')];
  return [
    heading(1, 'Service cuts'),
    text(
      `${counted(known.statements.length)} on ${known.all.length} tables: tables that are joined, written in one transaction, or refer to each other belong together.`,
    ),
    ...table({
      head: ['service', 'tables', 'statements', 'need others too'],
      right: [1, 2, 3],
      rows: services.map((one) => [
        `${one.name}${one.declared ? ' (declared)' : ''}`,
        `${one.tables.length}`,
        `${one.statements}`,
        `${one.crossing}${one.statements > 0 ? ` (${Math.round((100 * one.crossing) / one.statements)} %)` : ''}`,
      ]),
    }),
    ...services.flatMap((one) => [
      heading(3, one.name),
      ...list([
        { text: `owns ${one.tables.map(({ name }) => `\`${name}\``).join(', ')}` },
        ...(one.files.length > 0 ? [{ text: `its files: ${one.files.map((file) => `\`${file}\``).join(', ')}` }] : []),
      ]),
    ]),
    ...(apart.length > 0
      ? [text(`Tied to nothing: ${apart.map(({ name }) => `\`${name}\``).join(', ')}. They may go anywhere.`)]
      : []),
    ...(cuts.length > 0 ? [heading(2, 'What each cut would break'), ...cuts.flatMap(cutBlocks)] : []),
    heading(2, 'As a map says it'),
    { kind: 'code', language: 'yaml', text: servicesText(federation) },
  ];
}

function cutBlocks({ between, statements, transactions, foreignKeys }: Cut): readonly Block[] {
  const names = (tables: readonly string[]): string => tables.map((name) => `\`${name}\``).join(', ');
  const items: readonly Item[] = [
    ...statements.map(({ at, tables, writes }) => ({
      mark: '⋈',
      text: `${writes ? 'a write that needs' : 'a read of'} ${names(tables)}`,
      places: [at],
    })),
    ...transactions.map(({ at, tables }) => ({
      mark: 'tx',
      text: `a transaction that writes ${names(tables)}`,
      places: [at],
    })),
    ...foreignKeys.map(({ at, text: said }) => ({ mark: '→', text: `the foreign key \`${said}\``, places: [at] })),
  ];
  const parts = [
    counted(statements.length),
    `${transactions.length} transaction${transactions.length === 1 ? '' : 's'}`,
    `${foreignKeys.length} foreign key${foreignKeys.length === 1 ? '' : 's'}`,
  ];
  return [heading(3, `${between.join(' | ')}: ${parts.join(', ')}`), ...list(items)];
}

/** The `services` of a `shardlint.yaml`. */
export function servicesText({ services }: Federation): string {
  if (services.length === 0) return 'services: {}\n';
  const flow = (all: readonly string[]): string => `[${all.map(quoted).join(', ')}]`;
  const lines = services.map(
    ({ name, files, tables }) =>
      `  ${plain(name)}:\n    files: ${flow(files)}\n    owns: ${flow(tables.map((one) => one.name))}\n`,
  );
  return `services:\n${lines.join('')}`;
}

const quoted = (one: string): string => (/^[A-Za-z_][\w./-]*$/.test(one) ? plain(one) : JSON.stringify(one));

export function federationJson(
  { services, apart, cuts }: Federation,
  at: (place: Location) => { readonly file: string; readonly line: number },
): unknown {
  return {
    services: services.map(({ name, declared, tables, files, statements, crossing }) => ({
      name,
      declared,
      owns: tables.map((one) => one.name),
      files,
      statements,
      crossing,
    })),
    apart: apart.map(({ name }) => name),
    cuts: cuts.map(({ between, statements, transactions, foreignKeys }) => ({
      between,
      statements: statements.map(({ tables, writes, at: place }) => ({ ...at(place), tables, writes })),
      transactions: transactions.map(({ tables, at: place }) => ({ ...at(place), tables })),
      foreignKeys: foreignKeys.map(({ text: said, at: place }) => ({ ...at(place), foreignKey: said })),
    })),
  };
}
