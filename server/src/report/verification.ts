/** What asking a planner came to, as a page for a terminal. */
import { plural } from '../text/english';
import { oneLine } from './printable';

export interface Place {
  /** Relative to the folder that was asked for. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

interface Said {
  /** Values are taken out. */
  readonly sql: string;
  readonly places: readonly Place[];
}

export interface Verification {
  readonly agreed: number;
  readonly disagreements: readonly (Said & { readonly said: string })[];
  /** We did not know, and the server says this. */
  readonly undecided: readonly (Said & { readonly said: string })[];
  readonly unasked: readonly (Said & { readonly why: string })[];
}

const mostPlaces = 3;
const mostExamples = 3;
const widest = 200;

export function verificationText({ agreed, disagreements, undecided, unasked }: Verification): string {
  const asked = agreed + disagreements.length + undecided.length;
  const lines = [
    `${count(asked, 'statement')} asked: ${agreed} as we say, ${disagreements.length} not, ${undecided.length} of which we did not know.`,
    ...section(
      'The server disagrees',
      disagreements.map((one) => [one, one.said] as const),
    ),
    ...section(
      'We did not know',
      undecided.map((one) => [one, `the server says ${one.said}`] as const),
    ),
    ...(unasked.length > 0 ? ['', `${count(unasked.length, 'statement')} could not be asked`] : []),
    ...groups(unasked).flatMap(([why, all]) => [
      `  ${oneLine(why)}: ${all.length}`,
      ...all.slice(0, mostExamples).map((one) => `    ${placesOf(one)}  ${cut(one.sql)}`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, all: readonly (readonly [Said, string])[]): readonly string[] {
  if (all.length === 0) return [];
  return [
    '',
    title,
    ...all.flatMap(([one, said]) => [`  ${placesOf(one)}`, `    ${cut(one.sql)}`, `    ${oneLine(said)}`]),
  ];
}

function groups(all: Verification['unasked']): readonly (readonly [string, Verification['unasked']])[] {
  const found = new Map<string, Verification['unasked'][number][]>();
  for (const one of all) found.set(one.why, [...(found.get(one.why) ?? []), one]);
  return [...found].sort(([, a], [, b]) => b.length - a.length);
}

function placesOf({ places }: Said): string {
  const some = places.slice(0, mostPlaces).map(({ file, line }) => `${oneLine(file)}:${line}`);
  return `${some.join(', ')}${places.length > mostPlaces ? ` and ${places.length - mostPlaces} more` : ''}`;
}

const cut = (sql: string): string => {
  const line = oneLine(sql);
  return line.length > widest ? `${line.slice(0, widest)}…` : line;
};

const count = (number: number, word: string): string => `${number} ${number === 1 ? word : plural(word)}`;
