/** `server/docs/orms.md`, from what the libraries did. */
import type { Difference } from './differences';
import type { Version } from './harness/differential';
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
}

/** `withManyOffKey` → `with many off key`. */
const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const row = ({ library, versions, shapes, agree, executed, differences }: Result): string =>
  `| ${library.title} | ${versions.earlier}, ${versions.current} | ${shapes.length} | ${agree} of ${executed} | ${differences.length} |`;

const section = ({ library, shapes, differences }: Result): string =>
  [
    `## ${library.title}`,
    '',
    `Executed: ${shapes.map(words).join(' · ')}.`,
    ...(differences.length === 0
      ? []
      : [
          '',
          'Not as the source says:',
          '',
          ...differences.map(
            ({ shape, versions, because }) =>
              `- \`${shape}\`${versions === undefined ? '' : ` (${versions.join(', ')} version)`}: ${because}`,
          ),
        ]),
  ].join('\n');

export const document = (results: readonly Result[]): string => `# What is read of each library

<!-- Written by \`UPDATE_ORMS=1 npm run test:orms-real\`; do not edit. -->

The real library is the judge. \`test/orms-real/shapes\` has one file a library; its functions are executed against an
embedded PostgreSQL, in two versions of the library, and every statement is read off the wire. Read by our own SQL path
with the same shard map, the statements must be what \`shardlint queries\` says of the source: the same operation, tables
and class, in the same transaction. What differs is listed here with its reason, and nothing else may differ.
The MongoDB driver and Mongoose speak to what answers like a mongos; their commands are read as the calls that would send them.

A call that sends several statements (eager loads by separate selects, nested writes) is one item: it has the tables of
all of them and the class of the worst.

| library | versions | shapes | agree | differ |
| --- | --- | --- | --- | --- |
${results.map(row).join('\n')}

${results.map(section).join('\n\n')}
`;
