/** How many connections databases and PgBouncer take, as their settings say. */
import type { Bouncer, Known, ServerLimit } from '../../advice/capacity/model';
import { entriesOf, type Node, scalarOf, textOf } from '../../shards/positioned/node';
import { words } from './composeAndHelm';
import { at, countOf, evidenceAt, knownAt, type Source, wholeNumber } from './placed';

interface Setting extends Known {
  readonly name: string;
}

/** `name = 200` and `name: 200` at the beginning of a line; comments are passed over. */
export function settingsIn(source: Source, text: string, offset = 0): readonly Setting[] {
  return [...text.matchAll(/^[ \t]*([a-z][\w.-]*)[ \t]*[=: \t][ \t]*'?(\d{1,9})'?[ \t]*(?:[#;].*)?$/gim)].map(
    (line) => {
      const [, name = '', value = ''] = line;
      const plain = name.toLowerCase().replaceAll('-', '_');
      return { name: plain, value: Number(value), evidence: evidenceAt(source, offset + line.index, `\`${plain}\``) };
    },
  );
}

export function serverLimit(settings: readonly Setting[], database: ServerLimit['database']): ServerLimit | undefined {
  const max = settings.findLast(({ name }) => name === 'max_connections');
  if (!max) return undefined;
  const superuserReserved = settings.findLast(({ name }) => name === 'superuser_reserved_connections');
  const reserved = settings.findLast(({ name }) => name === 'reserved_connections');
  return { database, max, ...(superuserReserved && { superuserReserved }), ...(reserved && { reserved }) };
}

/** `postgres -c max_connections=200`, `mysqld --max-connections=500`. */
export function commandLimit(
  source: Source,
  line: string,
  offset: number,
  database: ServerLimit['database'],
): ServerLimit | undefined {
  const [, value] = /(?:^|\s|-c\s*|--)max[_-]connections[= ](\d{1,9})\b/.exec(line) ?? [];
  if (value === undefined) return undefined;
  const evidence = evidenceAt(source, offset, '`max_connections` of the command');
  return { database, max: { value: Number(value), evidence } };
}

const deepest = 12;

/**
 * `max_connections` anywhere in a tree: parameters of operators (CloudNativePG, Zalando), of RDS parameter groups, of Helm
 * values, and settings that stand there as text.
 */
export function treeLimits(source: Source, root: Node): readonly ServerLimit[] {
  const found: ServerLimit[] = [];
  const walk = (node: Node, path: readonly string[]): void => {
    // A command is read with the image that it is given to.
    if (path.length > deepest || /^(?:command|args|entrypoint)$/.test(path.at(-1) ?? '')) return;
    if (node.kind === 'list') for (const item of node.items) walk(item, path);
    for (const { key, value } of entriesOf(node)) {
      const plain = key.toLowerCase().replaceAll(/[-_]/g, '');
      const inside = [...path, key];
      const database = /mysql|mariadb/i.test(inside.join('.')) ? 'mysql' : 'postgresql';
      if (plain === 'maxconnections' && isDatabase(inside, root)) {
        const max = knownAt(source, value, `\`${key}\``);
        if (max) found.push({ database, max });
      } else if (
        value.kind === 'scalar' &&
        typeof value.value === 'string' &&
        value.value.includes('max_connections')
      ) {
        const limit = serverLimit(settingsIn(source, value.value), database);
        // Text in YAML is indented: the place is where it begins.
        const evidence = evidenceAt(source, value.at.span.start, `\`max_connections\` in \`${key}\``);
        if (limit) found.push({ ...limit, max: { ...limit.max, evidence } });
      } else walk(value, inside);
    }
  };
  walk(root, []);
  return found;
}

/** Other things have connections too: proxies and web servers. */
const isDatabase = (path: readonly string[], root: Node): boolean =>
  /postgres|mysql|mariadb|parameters|rds|aurora|database|\bdb\b|pg/i.test(path.slice(0, -1).join('.')) ||
  /postgres/i.test(textOf(at(root, 'kind')) ?? '');

/** Terraform: `parameter { name = "max_connections" value = "500" }` and Cloud SQL's `database_flags`. */
export function terraformLimits(source: Source): readonly ServerLimit[] {
  const blocks = source.text.matchAll(/\{[^{}]*\bname\s*=\s*"max_connections"[^{}]*\}/g);
  return [...blocks].flatMap((block): readonly ServerLimit[] => {
    const value = wholeNumber(/\bvalue\s*=\s*"?([^"\n}]*)"?/.exec(block[0])?.[1] ?? '');
    if (value === undefined) return [];
    const before = source.text.slice(Math.max(0, block.index - 4000), block.index);
    const family = [...before.matchAll(/\b(?:family|database_version|engine)\s*=\s*"([^"]*)"/g)].at(-1)?.[1] ?? '';
    const database = /mysql|mariadb/i.test(family) ? 'mysql' : 'postgresql';
    return [{ database, max: { value, evidence: evidenceAt(source, block.index, '`max_connections`') } }];
  });
}

/** `pgbouncer.ini`, also as the text of a config map. */
export function bouncerIni(source: Source, text: string, offset: number): Bouncer | undefined {
  if (!/^\s*\[pgbouncer\]/m.test(text)) return undefined;
  const settings = settingsIn(source, text, offset);
  const section = /^\s*\[databases\]([\s\S]*?)(?=^\s*\[|(?![\s\S]))/m.exec(text);
  const databases = [...(section?.[1] ?? '').matchAll(/^[ \t]*(?![;#])(\S+)[ \t]*=/gm)].length;
  const evidence = evidenceAt(source, offset + (section?.index ?? 0), '`[databases]`');
  return {
    at: source.place(offset),
    ...bouncerSettings(settings),
    ...modeIn(source, text, offset),
    ...(databases > 0 && { databases: { value: databases, evidence } }),
  };
}

function modeIn(source: Source, text: string, offset: number): Pick<Bouncer, 'mode'> {
  const line = /^[ \t]*pool_mode[ \t]*=[ \t]*(session|transaction|statement)\b/m.exec(text);
  return line?.[1] === undefined
    ? {}
    : { mode: { name: line[1], evidence: evidenceAt(source, offset + line.index, '`pool_mode`') } };
}

/** As the images of Bitnami and others take them, and as CloudNativePG's poolers do. */
export function bouncerVariables(
  source: Source,
  values: readonly { readonly name: string; readonly value?: string; readonly at: { readonly line: number } }[],
): Pick<Bouncer, 'clients' | 'poolSize' | 'reserveSize' | 'mostPerDatabase' | 'mostPerUser' | 'mode'> {
  const settings = values.flatMap(({ name, value = '', at: place }): readonly Setting[] => {
    const number = wholeNumber(value);
    if (number === undefined) return [];
    const plain = name.toLowerCase().replace(/^pgbouncer_/, '');
    const evidence = { kind: 'place', at: { file: source.file, line: place.line }, text: `\`${name}\`` } as const;
    return [{ name: plain, value: number, evidence }];
  });
  const mode = values.find(({ name }) => /^(?:PGBOUNCER_)?POOL_MODE$/.test(name));
  return {
    ...bouncerSettings(settings),
    ...(mode?.value !== undefined && {
      mode: {
        name: mode.value,
        evidence: { kind: 'place', at: { file: source.file, line: mode.at.line }, text: `\`${mode.name}\`` },
      },
    }),
  };
}

function bouncerSettings(settings: readonly Setting[]) {
  const of = (name: string): Known | undefined => {
    const found = settings.findLast((one) => one.name === name);
    return found && { value: found.value, evidence: found.evidence };
  };
  const said = {
    clients: of('max_client_conn'),
    poolSize: of('default_pool_size'),
    reserveSize: of('reserve_pool_size'),
    mostPerDatabase: of('max_db_connections'),
    mostPerUser: of('max_user_connections'),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof typeof said]?: Known;
  };
}

/** CloudNativePG's `Pooler`. */
export function pooler(source: Source, object: Node): Bouncer | undefined {
  const bouncer = at(object, 'spec', 'pgbouncer');
  if (!bouncer) return undefined;
  const instances = knownAt(source, at(object, 'spec', 'instances'), '`instances`');
  const settings = entriesOf(at(bouncer, 'parameters')).flatMap(({ key, value }): readonly Setting[] => {
    const number = countOf(value);
    const evidence = evidenceAt(source, value.at.span.start, `\`${key}\``);
    return number === undefined ? [] : [{ name: key, value: number, evidence }];
  });
  const name = scalarOf(at(object, 'metadata', 'name'));
  const mode = at(bouncer, 'poolMode');
  return {
    at: source.place(object.at.span.start),
    ...(typeof name === 'string' && { workload: name }),
    ...(instances && { instances }),
    ...(mode && { mode: { name: textOf(mode) ?? '', evidence: evidenceAt(source, mode.at.span.start, '`poolMode`') } }),
    ...bouncerSettings(settings),
  };
}

export const commandOf = (node: Node | undefined): readonly string[] => words(node);
