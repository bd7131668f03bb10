/** Hibernate's `@TenantId` and `@PartitionKey`: columns that divide a table's rows, and could be its key. */
import { underscored } from '../../text/english';
import { defineImporter, type SourceText } from '../importer';
import type { KeyCandidate, MapProblem } from '../model';
import { nothing } from './declared';
import { behindBracket, blanked, placed, withoutSlashComments } from './host/text';

export default defineImporter({
  id: 'hibernate',
  title: 'Entities of Hibernate with tenants or partitions',
  page: {
    notRead:
      "Naming strategies other than Spring Boot's, embedded keys, mappings in XML, `@JoinTable`. Classes of one name in several packages count as one.",
    sources: [
      'https://docs.jboss.org/hibernate/stable/orm/javadocs/org/hibernate/annotations/TenantId.html',
      'https://docs.jboss.org/hibernate/stable/orm/javadocs/org/hibernate/annotations/PartitionKey.html',
    ],
  },
  files: ['**/*.{java,kt}'],
  accepts: ({ text }) =>
    /@(?:\w+:)?(?:TenantId|PartitionKey)\b/.test(text) && /\borg\.hibernate\.annotations\b/.test(text),
  import(files) {
    const problems: MapProblem[] = [];
    const classes = files.flatMap(classesIn);
    const byName = new Map(classes.map((one) => [one.name, one]));
    const lineOf = (start: JavaClass): readonly JavaClass[] => {
      const line = [start];
      for (let up = byName.get(start.parent ?? ''); up && !line.includes(up); up = byName.get(up.parent ?? ''))
        line.push(up);
      return line;
    };
    const candidates = classes.flatMap((one): readonly KeyCandidate[] => {
      const line = lineOf(one);
      // Entities below an entity share its table, unless they are joined to it.
      if (!one.entity || line.slice(1).some(({ entity }) => entity)) return [];
      return (['tenant', 'partitions'] as const).flatMap((from) => {
        const marks = line.flatMap(({ keys }) => keys.filter((key) => key.from === from));
        const lost = marks.find(({ column }) => column === undefined);
        if (lost) {
          const message = 'No field or getter follows this annotation.';
          problems.push({ at: lost.at, severity: 'error', code: 'no-column', message });
        }
        const key = marks.flatMap(({ column }) => column ?? []);
        return key.length === 0 ? [] : [{ name: [...one.table], key, from, at: one.at }];
      });
    });
    return { ...nothing, candidates, problems };
  },
});

interface JavaClass {
  readonly name: string;
  readonly parent?: string;
  readonly entity: boolean;
  readonly table: readonly string[];
  readonly keys: readonly {
    readonly from: KeyCandidate['from'];
    readonly column?: string;
    readonly at: MapProblem['at'];
  }[];
  readonly at: MapProblem['at'];
}

const opening = /\bclass[ \t]+(\w+)/g;

/** One class a stretch: from behind the class before it to its last brace, annotations before it included. */
function classesIn({ path, text }: SourceText): readonly JavaClass[] {
  const open = withoutSlashComments(text);
  let before = 0;
  return [...open.matchAll(opening)].flatMap((found, i, all): readonly JavaClass[] => {
    const name = found[1] ?? '';
    const brace = open.indexOf('{', found.index);
    const next = all[i + 1]?.index ?? open.length;
    const head = open.slice(before, found.index);
    // Kotlin declares fields in the parentheses behind the name.
    const header = open.slice(found.index + found[0].length, brace < 0 || brace > next ? next : brace);
    const end = Math.min(next, brace < 0 ? next : (behindBracket(open, brace, next - brace) ?? next));
    const from = found.index + found[0].length;
    const body = open.slice(from, end);
    before = end;
    const parent =
      /\bextends\s+(\w+)/.exec(header)?.[1] ??
      /\)?\s*:\s*(\w+)\s*[({]?/.exec(header.slice(header.lastIndexOf(')') + 1))?.[1];
    const table = /@Table\s*\(([^)]*)\)/.exec(head)?.[1] ?? '';
    const schema = /\bschema\s*=\s*"(\w+)"/.exec(table)?.[1];
    const named = /(?<!\w)name\s*=\s*"([\w.`"\\]+)"/.exec(table)?.[1]?.replace(/[`\\"]/g, '');
    return [
      {
        name,
        ...(parent !== undefined && { parent }),
        entity: /@Entity\b/.test(head),
        table: [...(schema === undefined ? [] : [schema]), named ?? underscored(name)],
        keys: [...body.matchAll(/@(?:\w+:)?(TenantId|PartitionKey)\b/g)].map((mark) => {
          const column = columnBehind(body, mark.index);
          return {
            from: mark[1] === 'TenantId' ? ('tenant' as const) : ('partitions' as const),
            ...(column !== undefined && { column }),
            at: placed(path, from + mark.index, mark[0]),
          };
        }),
        at: placed(path, found.index + found[0].lastIndexOf(name), name),
      },
    ];
  });
}

/** How far around an annotation its member is looked for. */
const reach = 600;

/** The column of the field or getter that an annotation stands above: by its `@Column`, else as Spring Boot names it. */
function columnBehind(whole: string, index: number): string | undefined {
  const at = Math.min(index, reach);
  const body = whole.slice(index - at, index + reach);
  const masked = body.replace(
    /(@[\w:.]+[ \t]*)(\((?:[^()]|\([^()]*\))*\))/g,
    (_, name: string, given: string) => name + ' '.repeat(given.length),
  );
  // Annotations may stand before it, too: back to the end of the member before.
  const start = Math.max(...[';', '}', '{'].map((sign) => masked.lastIndexOf(sign, at))) + 1;
  const stop = masked.slice(at).search(/[;={}]|\)\s*$|,\s*$/m);
  const end = stop < 0 ? undefined : at + stop;
  const given = /@(?:\w+:)?(?:Column|JoinColumn)\s*\([^)]*\bname\s*=\s*"(\w+)"/.exec(body.slice(start, end))?.[1];
  if (given !== undefined) return given;
  const member = blanked(masked.slice(at, end), /@[\w:.]+/g);
  const kotlin = /\b(?:val|var)\s+(\w+)/.exec(member)?.[1];
  const getter = /\bget([A-Z]\w*)\s*\(/.exec(member)?.[1];
  const field = kotlin ?? getter ?? /\b[\w<>[\].]+\s+(\w+)\s*$/.exec(member)?.[1];
  return field === undefined ? undefined : underscored(field);
}
