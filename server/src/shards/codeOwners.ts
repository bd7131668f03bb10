/**
 * CODEOWNERS: who owns which files, by the rules of GitHub ("About code owners") and of GitLab ("Code Owners syntax"):
 * patterns as in a .gitignore without negation and classes, the last one that matches decides, one without owners takes
 * them away; `docs/*` is about the files of that folder alone. GitLab's sections each decide for themselves.
 */
import { folderOf, joinPath, relativeTo } from '../platform/paths';
import type { Platform } from '../platform/platform';

export interface CodeOwners {
  /** The owners of a file by its absolute path, as written: `@team`, `someone@example.org`. Empty: nobody. */
  ownersOf(file: string): readonly string[];
}

const places = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];
const highest = 20;

/** Of the repository that the folder belongs to; undefined where it has no such file. */
export async function readCodeOwners(platform: Platform, folder: string): Promise<CodeOwners | undefined> {
  for (let at = folder, step = 0; step < highest; step += 1) {
    for (const place of places) {
      const text = await platform.readFile(joinPath(at, place));
      if (text !== undefined) return parseCodeOwners(text, at);
    }
    const above = folderOf(at);
    if (above === at || (await platform.exists(joinPath(at, '.git')))) return undefined;
    at = above;
  }
  return undefined;
}

interface Rule {
  readonly fits: (path: readonly string[]) => boolean;
  readonly owners: readonly string[];
}

/** `root`: the folder that patterns are relative to. */
export function parseCodeOwners(text: string, root: string): CodeOwners {
  const sections = new Map<string, Rule[]>();
  let section: Rule[] = [];
  let byDefault: readonly string[] = [];
  sections.set('', section);
  for (const line of text.split(/\r\n?|\n/)) {
    const words = wordsOf(line);
    const heading = /^\s*\^?\[([^\]\r\n]+)\](?:\[\d+\])?(?:\s|$)/.exec(line);
    if (heading) {
      const name = (heading[1] ?? '').trim().toLowerCase();
      section = sections.get(name) ?? [];
      sections.set(name, section);
      byDefault = wordsOf(line.slice(heading[0].length));
      continue;
    }
    const [pattern, ...owners] = words;
    if (pattern === undefined || pattern.startsWith('!')) continue;
    section.push({ fits: matcher(pattern), owners: owners.length > 0 ? owners : byDefault });
  }
  const all = [...sections.values()];
  const known = new Map<string, readonly string[]>();
  return {
    ownersOf(file) {
      const path = relativeTo(root, file);
      if (path === undefined) return [];
      const found = known.get(path) ?? [
        ...new Set(all.flatMap((rules) => rules.findLast(({ fits }) => fits(path.split('/')))?.owners ?? [])),
      ];
      known.set(path, found);
      return found;
    },
  };
}

/** Up to a comment; a backslash takes the meaning of a space or a `#`. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (char === '\\' && i + 1 < line.length) word += line.charAt(++i);
    else if (char === '#' && word === '') break;
    else if (!/\s/.test(char)) word += char;
    else if (word !== '') {
      words.push(word);
      word = '';
    }
  }
  return word === '' ? words : [...words, word];
}

/** A pattern with a slash before its end is meant from the root, any other at every depth. */
function matcher(pattern: string): Rule['fits'] {
  const folder = pattern.endsWith('/');
  const clean = pattern.replace(/^\/+|\/+$/g, '');
  const anchored = pattern.startsWith('/') || clean.includes('/');
  const parts = [...(anchored ? [] : ['**']), ...clean.split('/')];
  // A name stands for a file, or for all of a folder; `*` after a slash for what lies directly in one.
  const direct = anchored && parts.at(-1) === '*';
  if (folder) return (path) => fitsPath([...parts, '*', '**'], path);
  if (direct) return (path) => fitsPath(parts, path);
  return (path) => fitsPath([...parts, '**'], path);
}

/** `**` is any number of folders. In time proportional to both lengths, however many stars there are. */
const fitsPath = (pattern: readonly string[], path: readonly string[]): boolean =>
  fitsBy(pattern, path, (part) => part === '**', fitsName);

const fitsName = (pattern: string, name: string): boolean =>
  fitsBy(
    [...pattern],
    [...name],
    (char) => char === '*',
    (char, other) => char === '?' || char === other,
  );

/** The usual match of a pattern with stars: where it goes wrong, the last star takes one more. */
function fitsBy(
  pattern: readonly string[],
  text: readonly string[],
  isStar: (part: string) => boolean,
  fits: (part: string, other: string) => boolean,
): boolean {
  let [p, t, star, from] = [0, 0, -1, 0];
  while (t < text.length) {
    const part = pattern[p];
    if (part !== undefined && isStar(part)) {
      star = p++;
      from = t;
    } else if (part !== undefined && fits(part, text[t] ?? '')) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      t = ++from;
    } else return false;
  }
  while (p < pattern.length && isStar(pattern[p] ?? '')) p += 1;
  return p === pattern.length;
}
