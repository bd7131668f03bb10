/** `server/docs/orms.md`, from what the libraries did. */
import fs from 'node:fs';
import path from 'node:path';
import type { Difference } from './differences';
import { type Beside, folder, type Version } from './harness/differential';
import type { Library } from './libraries';

/** What `results.json` holds of one library. */
export interface Outcome {
  readonly versions: Readonly<Record<Version, string>>;
  /** Exported functions, in the order of the file. */
  readonly shapes: readonly string[];
  readonly executed: number;
  readonly agree: number;
}

export interface Result extends Outcome {
  readonly library: Library;
  readonly differences: readonly Difference[];
  /** The same shapes, and some of its own, on a MariaDB. */
  readonly mysql: Outcome | undefined;
  readonly raw: readonly Way[];
}

/** `withManyOffKey` → `with many off key`. */
const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The library's entry in `results.json`; `beside`: of what else is executed with its models. */
export const keyOf = (id: string, beside: Beside | undefined): string =>
  beside === undefined ? id : `${id} ${beside === 'mysql' ? 'on mysql' : 'raw'}`;

interface Way {
  readonly shape: string;
  /** As Markdown, from the comment before the function. */
  readonly way: string;
}

/** The ways to send SQL text that were executed, in the order of the file. */
export function rawWays(id: string, outcome: Outcome | undefined): readonly Way[] {
  if (outcome === undefined) return [];
  const text = fs.readFileSync(path.join(folder, 'shapes', 'raw', `${id}.ts`), 'utf8');
  return [...text.matchAll(/^\/\*\* (.*) \*\/\nexport async function (\w+)/gm)].flatMap(([, way = '', shape = '']) =>
    outcome.shapes.includes(shape) ? [{ way, shape }] : [],
  );
}

const rawRow =
  ({ library, differences }: Result) =>
  ({ way, shape }: Way): string => {
    const differs = differences.find((one) => one.beside === 'raw' && one.shape === shape);
    return `| ${library.title} | ${way} | ${differs === undefined ? 'as sent' : differs.because} |`;
  };

const row = ({ library, versions, shapes, agree, executed, mysql, differences }: Result): string =>
  `| ${library.title} | ${versions.earlier}, ${versions.current} | ${shapes.length} | ${agree} of ${executed} | ${
    mysql === undefined ? '' : mysql.shapes.length
  } | ${mysql === undefined ? '' : `${mysql.agree} of ${mysql.executed}`} | ${differences.filter(({ beside }) => beside !== 'raw').length} |`;

/** Where a difference is not everywhere. */
const place = ({ versions, beside }: Difference): string => {
  const parts = [
    ...(versions === undefined ? [] : [`${versions.join(', ')} version`]),
    ...(beside === 'mysql' ? ['on MySQL'] : beside === 'not-mysql' ? ['on PostgreSQL'] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
};

const section = ({ library, shapes, mysql, ...result }: Result): string => {
  const differences = result.differences.filter(({ beside }) => beside !== 'raw');
  const own = (mysql?.shapes ?? []).filter((shape) => !shapes.includes(shape));
  return [
    `## ${library.title}`,
    '',
    `Executed: ${shapes.map(words).join(' · ')}.`,
    ...(own.length === 0 ? [] : ['', `On MySQL, too: ${own.map(words).join(' · ')}.`]),
    ...(differences.length === 0
      ? []
      : [
          '',
          'Not as the source says:',
          '',
          ...differences.map((one) => `- \`${one.shape}\`${place(one)}: ${one.because}`),
        ]),
  ].join('\n');
};

export const document = (results: readonly Result[]): string => `# What is read of each library

<!-- Written by \`UPDATE_ORMS=1 npm run test:orms-real\`; do not edit. -->

The real library is the judge. \`test/orms-real/shapes\` has one file a library; its functions are executed against an
embedded PostgreSQL, in two versions of the library, and every statement is read off the wire. Read by our own SQL path
with the same shard map, the statements must be what \`shardlint queries\` says of the source: the same operation, tables
and class, in the same transaction. What differs is listed here with its reason, and nothing else may differ.
The same shapes are executed on a MariaDB by the libraries that speak MySQL, with those that only this dialect has
(\`test/orms-real/shapes/mysql\`).
The MongoDB driver and Mongoose speak to what answers like a mongos; their commands are read as the calls that would send them.

Whom a call asks, the primary or a replica, is held against what the library did with two servers
(\`test/orms-real/replicas\`).

A call that sends several statements (eager loads by separate selects, nested writes) is one item: it has the tables of
all of them and the class of the worst.

| library | versions | shapes | agree | on MySQL | agree | differ |
| --- | --- | --- | --- | --- | --- | --- |
${results.map(row).join('\n')}

## SQL text

Each way to send SQL text, or to put some into a builder, executed and held against the reading as above
(\`test/orms-real/shapes/raw\`).

| library | way | read |
| --- | --- | --- |
${results.flatMap((one) => one.raw.map(rawRow(one))).join('\n')}

${results.map(section).join('\n\n')}
`;
