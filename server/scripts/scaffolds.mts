/** What `npm run new` writes: a module that compiles and a fixture that passes, both to be changed at once. */
import { camelCase } from './generators/barrels.mts';
import type { Generated } from './generators/index.mts';

export const kinds = ['rule', 'orm', 'importer', 'router', 'dialect'] as const;
export type Kind = (typeof kinds)[number];

/** `name` in kebab-case. Module first, then fixture. */
export function scaffold(kind: Kind, name: string, version: string): readonly [Generated, Generated] {
  const module = kind === 'rule' ? name : camelCase(name);
  const { folder, fixtures, code, fixture } = templates[kind](name, version);
  return [
    { path: `server/src/${folder}/${module}.ts`, text: code },
    { path: `test/${fixtures}/${name}.md`, text: fixture },
  ];
}

interface Template {
  readonly folder: string;
  readonly fixtures: string;
  readonly code: string;
  readonly fixture: string;
}

const map = `\`\`\`yaml shards
version: 1
dialect: postgresql
router: generic
databases: { shop: { virtualShards: 32 } }
tables:
  orders: { shardKey: tenant_id }
\`\`\``;

const templates: Readonly<Record<Kind, (name: string, version: string) => Template>> = {
  rule: (name, version) => ({
    folder: 'rules',
    fixtures: 'rules',
    code: `import { defineRule } from './rule';

export default defineRule({
  id: '${name}',
  meta: {
    summary: 'The problem in a few words',
    why: 'What it costs.',
    remedy: 'What to do.',
    severity: 'warning',
    since: '${minor(version)}',
    messages: { found: '\`{table}\` is only an example.' },
  },
  query(query, { route, report }) {
    const [table] = route.bindings;
    if (query.kind !== 'select' || table?.table !== 'example') return;
    report('found', table.span, { table: table.table });
  },
});
`,
    fixture: `# ${name}

Prose for the rule's page: when it speaks, and why.

${map.replace('orders:', 'example: { shardKey: id }\n  orders:')}

## What it finds

\`\`\`sql
SELECT * FROM example WHERE id = 1;
--            ^^^^^^^ ${name}: \`example\` is only an example.
\`\`\`

## Fine: everything else

\`\`\`sql
SELECT * FROM orders WHERE tenant_id = 1;
\`\`\`
`,
  }),
  orm: (name) => ({
    folder: 'orms',
    fixtures: 'orms',
    code: `/** What the library is, and which of its calls send statements. */
import { defineOrm } from './orm';

export default defineOrm({
  id: '${name}',
  hosts: ['typescript'],
  modules: ['${name}'],
  marker: /${name}/,
  extract: (site, flow) => {
    // A site is one call or tagged template; \`flow\` says where its receiver comes from and what its values are.
    // Give SQL text with a source map, or a query model, and nothing for calls of other libraries.
    void site;
    void flow;
    return [];
  },
});
`,
    fixture: `# ${name}

${map}

## Calls of other libraries are not ours

\`\`\`ts
import { other } from 'other';

await other.query('SELECT * FROM orders WHERE tenant_id = $1', [1]);
\`\`\`
`,
  }),
  importer: (name) => ({
    folder: 'shards/importers',
    fixtures: 'importers',
    code: `import { defineImporter, type Imported, type SourceText } from '../importer';

export default defineImporter({
  id: '${name}',
  title: 'What people call this declaration',
  page: { notRead: 'What it may say and the map then lacks.', sources: ['https://example.com/where-the-format-is-described'] },
  files: ['**/${name}.json'],
  accepts: ({ text }) => text.includes('"shards"'),
  implies: { dialect: 'postgresql', router: 'generic' },
  import: (files) => ({ ...nothing, tables: files.flatMap(tablesIn) }),
});

const nothing: Imported = { tables: [], databases: [], routingRules: [], problems: [] };

/** Every table remembers where it was declared: \`at\`. */
function tablesIn(file: SourceText): Imported['tables'] {
  void file;
  return [];
}
`,
    fixture: `# ${name}

Prose: what the declaration looks like, and what is read of it.

## A declaration

\`\`\`json ${name}.json
{ "shards": 4 }
\`\`\`

\`\`\`map
postgresql, generic
\`\`\`
`,
  }),
  router: (name) => ({
    folder: 'routing/routers',
    fixtures: 'routers',
    code: `/** What the router does otherwise than the shared rules, with the sources of that knowledge. */
import { defineRouter } from '../router';
import generic from './generic';

export default defineRouter({
  id: '${name}',
  route: (query, context) => generic.route(query, context),
});
`,
    fixture: `# ${name}

Prose: whose rules these are.

${map.replace('router: generic', `router: ${name}`)}

## The key pins a shard

\`\`\`sql
SELECT * FROM orders WHERE tenant_id = 1;
\`\`\`

## Nothing does

\`\`\`sql
SELECT * FROM orders;
--            ^^^^^^ scatter-query
\`\`\`
`,
  }),
  dialect: (name) => ({
    folder: 'dialects',
    fixtures: 'dialects',
    code: `/** Which servers speak it, and who reads it. */
import { defineDialect } from './dialect';
import { postgresql } from './postgresql';

export const ${camelCase(name)} = defineDialect({
  id: '${name}',
  aliases: [],
  // What the lexer must know: quotes, comments, placeholders.
  lexical: postgresql.lexical,
  load: (platform) => postgresql.load(platform),
});
`,
    fixture: `# ${name}

Prose: what the dialect writes in its own way.

${map.replace('dialect: postgresql', `dialect: ${name}`)}

## Its statements are read

\`\`\`sql
SELECT * FROM orders WHERE tenant_id = 1;
\`\`\`

\`\`\`sql
SELECT * FROM orders;
--            ^^^^^^ scatter-query
\`\`\`
`,
  }),
};

const minor = (version: string): string => version.split('.').slice(0, 2).join('.');
