/** Pools that are set up in files of settings: Spring's HikariCP, Rails' database.yml. */
import type { Pool } from '../../advice/capacity/model';
import { entriesOf, type Node, textOf } from '../../shards/positioned/node';
import { at, evidenceAt, knownAt, placeOf, type Source, wholeNumber } from './placed';

/** `spring.datasource.hikari.maximum-pool-size`, nested or in one key; 10 where a datasource says nothing. */
export function springPool(source: Source, root: Node, folder: string): Pool | undefined {
  const datasource = at(root, 'spring', 'datasource');
  const hikari = at(datasource, 'hikari');
  const size = at(hikari, 'maximum-pool-size') ?? at(hikari, 'maximumPoolSize') ?? at(hikari, 'maximum_pool_size');
  const url = textOf(at(datasource, 'url')) ?? textOf(at(hikari, 'jdbc-url')) ?? '';
  if (!datasource) return undefined;
  return {
    library: 'HikariCP',
    package: folder,
    at: placeOf(source, size ?? datasource),
    max: placeholder(source, size, '`maximum-pool-size`') ?? {
      value: 10,
      evidence: { kind: 'default', text: 'default of HikariCP' },
    },
    ...(variableIn(size) && { variable: variableIn(size) ?? '' }),
    database: /mysql|mariadb/.test(url) ? 'mysql' : /postgres/.test(url) ? 'postgresql' : 'unknown',
  };
}

/** `${DB_POOL:20}` is 20 unless the environment says another number. */
function placeholder(source: Source, node: Node | undefined, text: string) {
  const number = knownAt(source, node, text);
  if (number || !node) return number;
  const value = wholeNumber(/^\$\{[\w.-]+:(\d+)\}$/.exec(textOf(node) ?? '')?.[1] ?? '');
  return value === undefined ? undefined : { value, evidence: evidenceAt(source, node.at.span.start, text) };
}

const variableIn = (node: Node | undefined): string | undefined =>
  /^\$\{([A-Z][A-Z0-9_]*)/.exec(textOf(node) ?? '')?.[1];

/** `production: { adapter: postgresql, pool: <%= ENV.fetch("RAILS_MAX_THREADS") { 5 } %> }`. */
export function railsPool(source: Source, root: Node, folder: string): Pool | undefined {
  const production = entriesOf(root).find(({ key }) => key === 'production')?.value;
  const primary = at(production, 'primary') ?? production;
  const adapter = textOf(at(primary, 'adapter')) ?? textOf(at(root, 'default', 'adapter'));
  if (!primary || adapter === undefined || /sqlite/.test(adapter)) return undefined;
  const size = at(primary, 'pool') ?? at(primary, 'max_connections') ?? at(root, 'default', 'pool');
  const erb = /ENV(?:\.fetch\(|\[)["'](\w+)["'][)\]]\s*(?:\{\s*|,\s*|\|\|\s*)?["']?(\d+)?/.exec(textOf(size) ?? '');
  const fallback = wholeNumber(erb?.[2] ?? '');
  const evidence = size && evidenceAt(source, size.at.span.start, '`pool`');
  return {
    library: 'Active Record',
    package: folder,
    at: placeOf(source, size ?? primary),
    max:
      knownAt(source, size, '`pool`') ??
      (fallback !== undefined && evidence
        ? { value: fallback, evidence }
        : { value: 5, evidence: { kind: 'default', text: 'default of Active Record' } }),
    ...(erb?.[1] !== undefined && { variable: erb[1] }),
    database: /mysql|trilogy/.test(adapter) ? 'mysql' : 'postgresql',
  };
}
