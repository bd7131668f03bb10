import { describe, expect, test } from 'vitest';
import { type Host, type Token, tokenize } from './tokenize';

/** The innermost scopes of the token that holds `text` in its n-th place. */
async function scopesOf(code: string, text: string, host: Host = 'ts', place = 0): Promise<string> {
  const found = (await tokenize(code, host)).flat().filter((token) => token.text.trim() === text);
  return found[place]?.scopes.join(' ') ?? `no token ${JSON.stringify(text)}`;
}

/** Lines of code after a snippet that must look as if the snippet were not there. */
const rest = "const after = pools.map((pool) => `${pool.id}: ${'x'}`); // done\nfunction next(): void {}";

const last = (lines: Token[][]) => lines.slice(-2);

const literals = {
  tag: 'const q = sql`SELECT ${id} FROM users`;',
  'tag with a type': 'const q = await sql<User[]>`SELECT ${id} FROM users`;',
  'tag of a member': 'const q = this.db.sql`SELECT ${id} FROM users`;',
  'tag after a call': 'const q = getDb().sql`SELECT ${id} FROM users`;',
  'tag on a new line': 'const q = db\n  .sql`SELECT ${id} FROM users`;',
  'tag in an argument': 'run(sql`SELECT ${id} FROM users`, 1);',
  'upper case tag': 'const q = SQL`SELECT ${id} FROM users`;',
  'Prisma.sql': 'const q = Prisma.sql`SELECT ${id} FROM users`;',
  $queryRaw: 'const q = await prisma.$queryRaw`SELECT ${id} FROM users`;',
  '$queryRaw with a type': 'const q = await prisma.$queryRaw<User[]>`SELECT ${id} FROM users`;',
  $executeRaw: 'await tx.$executeRaw`SELECT ${id} FROM users`;',
  'slonik type': 'const q = sql.type(z.object({ id: z.number() }))`SELECT ${id} FROM users`;',
  'slonik unsafe': 'const q = sql.unsafe`SELECT ${id} FROM users`;',
  marker: 'const q = /* sql */ `SELECT ${id} FROM users`;',
  'upper case marker': 'run(/*SQL*/ `SELECT ${id} FROM users`);',
  query: 'await pool.query(`SELECT ${id} FROM users`, [id]);',
  'query with a type': 'await this.pool.query<User>(`SELECT ${id} FROM users`, [id]);',
  'query after a call': 'const q = (await connect()).query(`SELECT ${id} FROM users`);',
  'query of an awaited client': 'await (await pool.connect()).query(`SELECT ${id} FROM users`);',
  'query of a pool in an array': 'await pools[0].query(`SELECT ${id} FROM users`);',
  'query of a shard with a type': 'await shardFor<User>(id).query(`SELECT ${id} FROM users`);',
  'spread tag': 'run([...sql`SELECT ${id} FROM users`]);',
  'query over lines': 'await pool.query(\n  `SELECT ${id} FROM users`,\n  [id],\n);',
  raw: 'knex.raw(`SELECT ${id} FROM users`);',
  execute: 'await connection.execute(`SELECT ${id} FROM users`, [id]);',
  $queryRawUnsafe: 'await prisma.$queryRawUnsafe(`SELECT ${id} FROM users`);',
};

describe.each(Object.entries(literals))('%s', (_name, code) => {
  test.each(['ts', 'tsx', 'js', 'jsx'] as const)(
    'SQL before and after the hole, code in it and after it (%s)',
    async (host) => {
      if (host.startsWith('j') && code.includes('<User')) return;
      expect(await scopesOf(code, 'SELECT', host)).toMatch(/meta\.embedded\.block\.sql keyword\.other\.DML\.sql$/);
      expect(await scopesOf(code, 'FROM', host)).toMatch(/meta\.embedded\.block\.sql keyword\.other\.DML\.sql$/);
      const places = (await tokenize(code, host)).flat().filter(({ text }) => text === 'id');
      expect(
        places.some(({ scopes }) =>
          /meta\.template\.expression\.ts meta\.embedded\.line\.ts variable\.other/.test(scopes.join(' ')),
        ),
      ).toBe(true);
      expect(last(await tokenize(`${code}\n${rest}`, host))).toEqual(last(await tokenize(`\n${rest}`, host)));
    },
  );
});

const bodies = {
  'a quote inside a hole inside a string': "SELECT '%${names['x']}%' FROM users",
  'a brace inside a hole': 'SELECT ${f({ a: { b: 1 } })} FROM users',
  'a template inside a hole': 'SELECT ${`x${y}`} FROM users',
  'SQL inside a hole': 'SELECT ${on ? sql`a` : sql`b`} FROM users',
  'a hole inside a comment': '-- all of ${what}\nSELECT 1 FROM users',
  'an escaped backtick': 'SELECT \\`a\\` FROM users',
  'a dollar quote': "SELECT $$it's$$, $1 FROM users",
  'a doubled quote': "SELECT 'it''s' FROM users",
};

test.each(Object.entries(bodies))('%s does not break the rest', async (_name, body) => {
  const code = `const q = sql\`${body}\`;`;
  expect(await scopesOf(code, 'FROM')).toMatch(/meta\.embedded\.block\.sql keyword\.other\.DML\.sql$/);
  expect(last(await tokenize(`${code}\n${rest}`))).toEqual(last(await tokenize(`\n${rest}`)));
});

test.each(["SELECT 'it", 'SELECT "a', 'SELECT /* a', 'SELECT $$a', 'SELECT -- a', 'SELECT \\`a', "SELECT '${a"])(
  'a half-typed literal ends with its template: %s',
  async (body) => {
    const closed = body.endsWith('${a') ? `${body}}` : body;
    const lines = await tokenize(`const q = sql\`${closed}\`;\n${rest}`);
    expect(last(lines)).toEqual(last(await tokenize(`\n${rest}`)));
  },
);

test.each([
  'const q = mysqlx`select 1`;',
  'const q = css`select { color: red }`;',
  'await client.query(`{ user { id } }`);',
  'await ssh.execute(`ls -l`);',
  'const s = "sql`select 1`";',
  '// sql`select 1`',
  'const t = `sql is select 1`;',
  "router.query('users');",
])('no SQL, no colours of SQL: %s', async (code) => {
  const ours = (await tokenize(code)).flat();
  expect(ours.filter(({ scopes }) => scopes.some((scope) => scope.endsWith('.sql')))).toEqual([]);
});

test('a statement in ordinary quotes, as an argument or marked', async () => {
  for (const code of [
    "db.query('SELECT 1 FROM users', [id])",
    'db.query("SELECT 1 FROM users")',
    'const q = /* sql */ "SELECT 1 FROM users"',
  ]) {
    expect(await scopesOf(code, 'FROM'), code).toMatch(/meta\.embedded\.inline\.sql keyword\.other\.DML\.sql$/);
    expect(last(await tokenize(`${code};\n${rest}`))).toEqual(last(await tokenize(`\n${rest}`)));
  }
});

test('placeholders, types, functions, strings and numbers have scopes of their own', async () => {
  const code = "sql`SELECT count(*), 'a', 12 FROM t WHERE a = $1 AND b = ? AND c = :name AND d::jsonb IS NULL`";
  const kinds = {
    count: 'support.function',
    "'": 'string.quoted.single',
    '12': 'constant.numeric',
    $1: 'variable.parameter',
    '?': 'variable.parameter',
    ':name': 'variable.parameter',
    jsonb: 'storage.type',
    NULL: 'constant.language',
    AND: 'keyword.other',
  };
  for (const [text, scope] of Object.entries(kinds))
    expect(await scopesOf(code, text), text).toContain(`${scope}.sql`.replace('.sql.sql', '.sql'));
});
