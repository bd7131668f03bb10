/** SPQR: files for its console (distributions, key ranges, relations) and the router's own configuration. */
import { postgresql } from '../../dialects/postgresql';
import { defineImporter } from '../importer';
import type { MapProblem, RouterChoice, ShardTable } from '../model';
import { child, entriesOf, type Node, scalarOf } from '../positioned/node';
import { readYaml } from '../positioned/yaml';
import { declared, nothing, type Report } from './declared';
import { applyConsole, type State, startConsole } from './spqr/console';
import { layoutOf } from './spqr/layout';
import { statementWords } from './words';

const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path);

export default defineImporter({
  id: 'spqr',
  title: 'SPQR console files',
  page: {
    notRead: 'What the coordinator holds in etcd, and key ranges that were moved since. Rules of the balancer.',
    sources: [
      'https://pg-sharding.tech/',
      'https://pg-sharding.tech/configuration/router',
      'https://github.com/pg-sharding/spqr',
    ],
  },
  files: ['**/*.sql', '**/*router*.{yaml,yml}'],
  accepts: ({ path, text }) =>
    isYaml(path) ? /^query_routing\s*:/m.test(text) : /\b(?:create|add)\s+(?:distribution|key\s+ranges?)\b/i.test(text),
  implies: { dialect: 'postgresql', router: 'spqr' },
  import(files) {
    const problems: MapProblem[] = [];
    const state = startConsole();
    const report: Report = (at, severity, code, message) => {
      problems.push({ at, severity, code, message });
    };
    let settings: RouterChoice['settings'] = {};
    for (const { path, text } of files) {
      if (!isYaml(path)) {
        for (const words of statementWords(text, postgresql.lexical)) applyConsole(words, path, state, report);
        continue;
      }
      const read = readYaml(path, text);
      problems.push(...read.problems);
      settings = { ...settings, ...settingsIn(child(read.node, 'query_routing')) };
    }
    const router = Object.keys(settings).length > 0 ? { router: { name: 'spqr', settings } } : {};
    return { ...nothing, tables: tablesOf(state, report), problems, ...router };
  },
});

/** What decides whether a statement over several shards is taken. */
function settingsIn(node: Node | undefined): RouterChoice['settings'] {
  const wanted = new Set([
    'default_route_behaviour',
    'enhanced_multishard_processing',
    'allow_split_update',
    'strict_operators',
    'auto_route_ro_on_standby',
  ]);
  return Object.fromEntries(
    entriesOf(node).flatMap(({ key, value }) => {
      const said = scalarOf(value);
      return wanted.has(key) && said !== undefined && said !== null
        ? [[key, typeof said === 'bigint' ? Number(said) : said]]
        : [];
    }),
  );
}

function tablesOf(state: State, report: Report): readonly ShardTable[] {
  for (const { distribution, at } of state.ranges) {
    if (state.distributions.has(distribution)) continue;
    report(at, 'error', 'unknown-distribution', `No distribution \`${distribution}\` is made in these files.`);
  }
  const layouts = new Map([...state.distributions.values()].map((each) => [each.name, layoutOf(each, state, report)]));
  const relations = [...state.relations.values()].map(
    ({ name, distribution, key, parts, hash, generated, at }): ShardTable => {
      const layout = layouts.get(distribution);
      const hashed = hash !== undefined || state.distributions.get(distribution)?.hashed === true;
      const types = parts === key.length ? (state.distributions.get(distribution)?.types ?? []) : [];
      return declared(name, 'sharded', at, {
        shardKey: key,
        strategy: hashed ? 'hash' : 'range',
        ...(layout && layout.shards > 0 && { shards: layout.shards }),
        ...(hashed && { hash: hash ?? 'murmur' }),
        ...(!hashed && layout?.mapping && { mapping: layout.mapping }),
        group: distribution,
        groupGiven: true,
        generated,
        columns: new Map(key.map((column, i) => [column, types[i] ?? ''])),
      });
    },
  );
  const references = [...state.references.values()].flatMap(({ name, generated, at }) => {
    if (!state.relations.has(name.join('.'))) return [declared(name, 'reference', at, { generated })];
    const message = `\`${name.join('.')}\` is a reference relation and has a distribution key.`;
    report(at, 'error', 'reference-with-key', message);
    return [];
  });
  return [...relations, ...references];
}
