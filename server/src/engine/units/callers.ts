/** Files that use no library themselves matter where they call functions that do, or send messages: they are found by what they import. */
import { isBroker } from './brokers';

/** What an import names a file by: its name, or its folder's where it is the index. */
export const stemOf = (path: string): string => {
  const [last = '', folder = ''] = path.split('/').reverse();
  const stem = last.replace(/\.[cm]?[jt]sx?$/, '');
  return stem === 'index' ? folder : stem;
};

const specifier = /\b(?:from|import|require)\s*\(?\s*(['"`])([^'"`\n]+)\1/g;

export interface Imported {
  /** The modules that a text imports, named as files are. */
  readonly stems: ReadonlySet<string>;
  /** A message broker's package is among them. */
  readonly broker: boolean;
}

export function importedIn(text: string): Imported {
  const modules = [...text.matchAll(specifier)].map(([, , module = '']) => module);
  return { stems: new Set(modules.map(stemOf)), broker: modules.some(isBroker) };
}
