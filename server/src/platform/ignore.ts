/** `.gitignore` files as git reads them: the last pattern that matches decides, deeper files win. */
import { anyGlob } from './globs';

export interface IgnoreRules {
  /** `path` is relative to the folder that the walk started in. */
  ignores(path: string, folder: boolean): boolean;
}

interface Pattern {
  readonly matches: (path: string) => boolean;
  readonly negated: boolean;
  readonly foldersOnly: boolean;
}

interface IgnoreFile {
  /** The folder of the file relative to the start of the walk; `../` parts lie above it. */
  readonly folder: string;
  readonly patterns: readonly Pattern[];
}

export const noIgnores: IgnoreRules = { ignores: () => false };

/** Adds a `.gitignore` found in `folder` to those of the folders above it. `below` is the walk's start seen from `folder`. */
export function withIgnoreFile(outer: IgnoreRules, text: string, folder: string, below = ''): IgnoreRules {
  const file: IgnoreFile = { folder, patterns: parse(text) };
  if (file.patterns.length === 0) return outer;
  return {
    ignores(path, isFolder) {
      const seen = below === '' ? within(folder, path) : `${below}/${path}`;
      if (seen === undefined) return outer.ignores(path, isFolder);
      const decides = file.patterns.findLast((pattern) => (isFolder || !pattern.foldersOnly) && pattern.matches(seen));
      return decides ? !decides.negated : outer.ignores(path, isFolder);
    },
  };
}

const within = (folder: string, path: string): string | undefined =>
  folder === '' ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;

function parse(text: string): readonly Pattern[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const trimmed = line.replace(/(?<!\\)\s+$/, '');
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const negated = trimmed.startsWith('!');
    const foldersOnly = trimmed.endsWith('/');
    const body = trimmed.slice(negated ? 1 : 0, foldersOnly ? -1 : undefined);
    const glob = body.includes('/') ? body.replace(/^\//, '') : `**/${body}`;
    if (glob === '' || glob.length > 1000) return [];
    const matches = anyGlob([glob], { nobrace: true, noextglob: true, nonegate: true });
    return [{ matches, negated, foldersOnly }];
  });
}
