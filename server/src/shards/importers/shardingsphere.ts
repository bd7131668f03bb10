/** Apache ShardingSphere: YAML rules of the proxy and the driver, Spring Boot's YAML and properties, also those of 4.x. */
import { didYouMean } from '../../text/didYouMean';
import { defineImporter } from '../importer';
import type { MapProblem, RouterChoice, ShardTable } from '../model';
import { flagOf, itemsOf, type Node, textOf, textsOf } from '../positioned/node';
import { readProperties } from '../positioned/properties';
import { readYamlDocuments } from '../positioned/yamlDocuments';
import { declared, nothing, type Report } from './declared';
import { field } from './shardingsphere/fields';
import { ruleParts } from './shardingsphere/rule';
import { type RuleTable, ruleTables } from './shardingsphere/tables';

export default defineImporter({
  id: 'shardingsphere',
  title: 'ShardingSphere rules',
  page: {
    notRead:
      'What is kept in a registry (ZooKeeper, etcd) or set by DistSQL. Algorithms written in Java: their tables are sharded by a key whose places are not known. Encryption and masking rules.',
    sources: [
      'https://shardingsphere.apache.org/document/current/en/user-manual/shardingsphere-jdbc/yaml-config/rules/sharding/',
      'https://shardingsphere.apache.org/document/current/en/features/sharding/concept/',
    ],
  },
  files: [
    '**/*sharding*.{yaml,yml,properties}',
    '**/database-*.{yaml,yml}',
    '**/{server,global}.yaml',
    '**/application*.{yaml,yml,properties}',
  ],
  standsAlone: true,
  wakes: ['**/*sharding*.{yaml,yml}'],
  accepts: ({ text }) =>
    /!SHARDING|!BROADCAST|\bsqlFederationEnabled\b|\bshardingRule\s*:|\bshardingsphere\b[\s\S]*\bsharding\b/.test(text),
  implies: { dialect: 'mysql', router: 'shardingsphere' },
  import(files) {
    const problems: MapProblem[] = [];
    const tables = new Map<string, ShardTable>();
    let settings: RouterChoice['settings'] = {};
    const report: Report = (at, severity, code, message) => {
      problems.push({ at, severity, code, message });
    };
    for (const { path, text } of files) {
      const read = path.endsWith('.properties') ? [readProperties(path, text)] : readYamlDocuments(path, text);
      for (const document of read) {
        problems.push(...document.problems);
        // What broken text says is not held against its writer.
        const say = document.problems.length === 0 ? report : () => {};
        const found = tablesOf(document.node, say);
        for (const table of found.tables) tables.set(table.name.join('.').toLowerCase(), table);
        settings = { ...settings, ...found.settings, ...federationIn(document.node) };
      }
    }
    const router = Object.keys(settings).length > 0 ? { router: { name: 'shardingsphere', settings } } : {};
    return { ...nothing, tables: [...tables.values()], problems, ...router };
  },
});

/** `sqlFederation: { sqlFederationEnabled: true }` in the global configuration. */
function federationIn(root: Node): RouterChoice['settings'] {
  const federation = field(root, 'sqlFederation') ?? itemsOf(field(root, 'rules')).find(says);
  const enabled = flagOf(field(federation, 'sqlFederationEnabled'));
  return enabled === undefined ? {} : { sqlFederationEnabled: enabled };
}

const says = (rule: Node): boolean => field(rule, 'sqlFederationEnabled') !== undefined;

interface Found {
  readonly tables: readonly ShardTable[];
  readonly settings: RouterChoice['settings'];
}

function tablesOf(root: Node, report: Report): Found {
  const { sharding, broadcast, replicaGroups } = ruleParts(root);
  const found: ShardTable[] = [];
  let sources = 0;
  for (const rule of sharding) {
    const tables = ruleTables(rule, report);
    const groups = bindings(rule, tables, report);
    for (const { entry, table, sources: spread = 0 } of tables) {
      sources = Math.max(sources, spread);
      if (table?.kind === 'sharded') {
        const group = groups.get(entry.key.toLowerCase()) ?? table.group;
        found.push({ ...table, group, ...(isAudited(entry.value, rule) && { keyRequired: true }) });
      } else if (table) found.push(table);
    }
  }
  for (const list of broadcast.flatMap(itemsOf)) {
    for (const name of namesIn(list)) {
      if (found.some((table) => table.kind === 'sharded' && same(table.name[0], name))) {
        const message = `\`${name}\` is sharded and broadcast at once: a broadcast table has all its rows everywhere.`;
        report(list.at, 'error', 'broadcast-and-sharded', message);
      } else found.push(declared([name], 'reference', list.at));
    }
  }
  for (const group of replicaGroups) {
    const policy = field(group, 'transactionalReadQueryStrategy');
    if (textOf(policy)?.toUpperCase() !== 'DYNAMIC' || !policy) continue;
    const message =
      'With DYNAMIC, reads of a transaction go to a replica until its first write: they may miss what was just committed.';
    report(policy.at, 'warning', 'dynamic-transactional-reads', message);
  }
  return { tables: found, settings: sources === 1 ? { dataSources: 1 } : {} };
}

/** An auditor of the type DML_SHARDING_CONDITIONS refuses statements without a usable key. */
function isAudited(table: Node, rule: Node): boolean {
  const strategy = field(table, 'auditStrategy') ?? field(rule, 'defaultAuditStrategy');
  return textsOf(field(strategy, 'auditorNames')).some(
    (name) => textOf(field(rule, 'auditors', name, 'type'))?.toUpperCase() === 'DML_SHARDING_CONDITIONS',
  );
}

const same = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

const namesIn = (node: Node): readonly string[] => (textOf(node) ?? '').split(',').flatMap((name) => name.trim() || []);

/** Table → its binding group, named after the group's first table. */
function bindings(rule: Node, tables: readonly RuleTable[], report: Report): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (const item of itemsOf(field(rule, 'bindingTables'))) {
    const names = namesIn(item).map((name) => name.replace(/^[^:]*:/, ''));
    const members = names.flatMap((name) => {
      const member = tables.find(({ entry }) => same(entry.key, name));
      if (member) return [member];
      const meant = didYouMean(
        name,
        tables.map(({ entry }) => entry.key),
      );
      const message = `\`${name}\` is bound here, but this rule does not shard it.${meant ? ` Did you mean \`${meant}\`?` : ''}`;
      report(item.at, 'error', 'unknown-table', message);
      return [];
    });
    const [first, ...others] = members.filter(({ table }) => table?.kind === 'sharded');
    if (!first) continue;
    groups.set(first.entry.key.toLowerCase(), first.entry.key);
    for (const other of others) {
      if (other.layout === first.layout) groups.set(other.entry.key.toLowerCase(), first.entry.key);
      else {
        const message = `\`${other.entry.key}\` and \`${first.entry.key}\` are bound, but placed by different nodes or algorithms: joins of them miss rows.`;
        report(item.at, 'warning', 'binding-mismatch', message);
      }
    }
  }
  return groups;
}
