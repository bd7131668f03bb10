/** Active Record's classes, by their lines: names, parents, tables. A class ends where its indentation does. */

import { plural, underscored } from '../../../text/english';
import type { Location } from '../../../text/span';
import type { SourceText } from '../../importer';
import { blanked, placed } from './text';

export interface RubyClass {
  readonly file: string;
  readonly name: string;
  readonly parent: string;
  readonly at: Location;
  /** Its own lines, and where they begin. */
  readonly body: string;
  readonly from: number;
}

const opening = /^([ \t]*)class[ \t]+((?:\w+::)*(\w+))[ \t]*<[ \t]*((?:::)?\w+(?:::\w+)*)/gm;

export function rubyClasses(files: readonly SourceText[]): readonly RubyClass[] {
  return files.flatMap(({ path, text }) => {
    const open = blanked(text, /^[ \t]*#.*|[ \t]#(?!\{).*|^=begin\b[\s\S]*?(?:^=end\b|(?![\s\S]))/gm);
    return [...open.matchAll(opening)].map((found): RubyClass => {
      const [all, indent = '', whole = '', name = '', parent = ''] = found;
      const from = found.index + all.length;
      const rest = open.slice(from);
      const end = rest.search(new RegExp(`^${indent}end\\b`, 'm'));
      // A class inside is another class.
      const inner = rest.slice(0, end < 0 ? undefined : end).search(/^[ \t]*class[ \t]+[A-Z]/m);
      const at = placed(path, found.index + all.indexOf(whole), whole);
      return {
        file: path,
        name,
        parent,
        at,
        body: rest.slice(0, inner < 0 ? (end < 0 ? undefined : end) : inner),
        from,
      };
    });
  });
}

const isAbstract = ({ body }: RubyClass): boolean => /^[ \t]*self\.abstract_class\s*=\s*true\b/m.test(body);

/** Looks a declaration up in a class and its parents: what an abstract or a first class declares, the others inherit. */
export function inheriting<T>(
  classes: readonly RubyClass[],
  own: (model: RubyClass) => T | undefined,
): readonly { readonly model: RubyClass; readonly table: string; readonly said: T }[] {
  const byName = new Map(classes.map((model) => [model.name, model]));
  const parentOf = ({ parent }: RubyClass): RubyClass | undefined => byName.get(parent.split('::').at(-1) ?? '');
  const lineOf = (model: RubyClass): readonly RubyClass[] => {
    const line = [model];
    for (let up = parentOf(model); up && !line.includes(up); up = parentOf(up)) line.push(up);
    return line;
  };
  return classes.flatMap((model) => {
    const line = lineOf(model);
    const said = line.map(own).find((each) => each !== undefined);
    // Classes below one with a table share that table.
    const owner = line.filter((one) => !isAbstract(one)).at(-1);
    if (said === undefined || owner !== model) return [];
    return [{ model, table: tableOf(model), said }];
  });
}

const tableOf = ({ name, body }: RubyClass): string =>
  /^[ \t]*self\.table_name\s*=\s*(?::(\w+)|["']([\w.]+)["'])/m.exec(body)?.slice(1).find(Boolean) ??
  plural(underscored(name));
