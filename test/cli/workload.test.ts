import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { folderWith, shardlint } from '../harness/shell';

interface Line {
  readonly sql: string;
  readonly calls: number;
  readonly ms?: number;
}

/** What the command makes of one file: its head, its lines, and what it says. */
async function collected(name: string, text: string | Buffer, more: readonly string[] = []) {
  const folder = folderWith({});
  fs.writeFileSync(path.join(folder, name), text);
  const { status, out, err } = await shardlint(folder, ['workload', name, '--out', '-', ...more]);
  const [head, ...lines] = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { status, err, head, lines: lines as readonly Line[] };
}

describe('pg_stat_statements', () => {
  test('CSV, by any version of its columns', async () => {
    const csv = `userid,dbid,toplevel,queryid,query,calls,total_exec_time,rows
10,5,t,1,"SELECT ""id"" FROM orders
WHERE tenant_id = $1 AND status = $2",1000,250.75,10
10,5,t,2,"select id from orders where tenant_id=$1 and status=$2",500,100,10
10,5,t,3,INSERT INTO orders (tenant_id) VALUES ($1),70,7.5,70
10,5,f,4,SELECT inside FROM orders,9,1,1
10,5,t,5,<insufficient privilege>,9,1,1
10,5,t,6,COMMIT,3000,1,0
10,5,t,7,SELECT broken FROM orders,many,1,0
`;
    const { status, head, lines, err } = await collected('pgss.csv', csv);
    expect(status).toBe(0);
    expect(head).toEqual({ shardlint: 'workload', version: 1, from: ['pg_stat_statements'], otherCalls: 3000 });
    expect(lines).toEqual([
      { sql: 'SELECT "id" FROM orders WHERE tenant_id = $1 AND status = $2', calls: 1500, ms: 351 },
      { sql: 'INSERT INTO orders(tenant_id) VALUES ($1)', calls: 70, ms: 8 },
    ]);
    expect(err).toContain('2 entries could not be read');
    expect(err).toContain('pgss.csv:6: the user who exported it may not see this statement');
    expect(err).toContain('pgss.csv:8: the number of calls is no number');
    expect(err).toContain('--period 7d');
  });

  test('JSON, as a list or in an object, with the period given', async () => {
    const rows = [{ query: 'SELECT 1 FROM orders', calls: '60', total_time: 5 }];
    for (const text of [JSON.stringify(rows), JSON.stringify({ rows }), JSON.stringify({ rows }, null, 2)]) {
      const { head, lines } = await collected('pgss.json', text, ['--period', '1m']);
      expect(head).toMatchObject({ from: ['pg_stat_statements'], seconds: 60 });
      expect(lines).toEqual([{ sql: 'SELECT $1 FROM orders', calls: 60, ms: 5 }]);
    }
  });

  test('packed', async () => {
    const { lines } = await collected('pgss.csv.gz', gzipSync('query,calls\nSELECT 1 FROM t,3\n'));
    expect(lines).toEqual([{ sql: 'SELECT $1 FROM t', calls: 3 }]);
  });
});

describe('MySQL', () => {
  test('slow log', async () => {
    const log = `/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:
Tcp port: 3306  Unix socket: /tmp/mysql.sock
Time                 Id Command    Argument
# Time: 2026-11-22T08:00:00.123456Z
# User@Host: app[app] @ web [10.0.0.7]  Id:     8
# Query_time: 0.500000  Lock_time: 0.000001 Rows_sent: 1  Rows_examined: 1
use shop;
SET timestamp=1795334400;
SELECT * FROM orders WHERE tenant_id = 7
  AND note = 'Dear Jane';
# Time: 2026-11-22T08:00:30.123456Z
# User@Host: app[app] @ web [10.0.0.7]  Id:     8
# Query_time: 0.250000  Lock_time: 0.000001 Rows_sent: 1  Rows_examined: 1
SET timestamp=1795334430;
select * from orders where tenant_id = 9 and note = "x";
# User@Host: app[app] @ web [10.0.0.7]  Id:     8
# Query_time: 0.1  Lock_time: 0.000001 Rows_sent: 1  Rows_examined: 1
# administrator command: Ping;
`;
    const { head, lines, err } = await collected('slow.log', log);
    expect(head).toMatchObject({ from: ['mysql-slow'], seconds: 30 });
    expect(lines).toEqual([{ sql: 'SELECT * FROM orders WHERE tenant_id = :v1 AND note = :v2', calls: 2, ms: 750 }]);
    expect(err).toContain('A slow log counts what was slow');
    expect(err).not.toContain('could not be read');
  });

  test('general log of MySQL 8, and of MariaDB', async () => {
    const eight = `/usr/sbin/mysqld, Version: 8.0.36. started with:
Time                 Id Command    Argument
2026-11-22T08:00:00.000000Z\t    5 Connect\tapp@web on shop using TCP/IP
2026-11-22T08:00:01.000000Z\t    5 Prepare\tSELECT * FROM orders WHERE id = ?
2026-11-22T08:00:01.000000Z\t    5 Execute\tSELECT * FROM orders WHERE id = 5
2026-11-22T08:00:11.000000Z\t    6 Query\tUPDATE orders
SET note = 'a
b' WHERE id IN (1,2,3)
2026-11-22T08:00:11.000000Z\t    6 Quit\t
`;
    const maria = `261122  8:00:00\t    5 Connect\tapp@web on shop
\t\t    5 Query\tSELECT * FROM orders WHERE id = 5
261122  8:00:10\t    5 Query\tUPDATE orders SET note = 'x' WHERE id IN (1)
`;
    for (const log of [eight, maria]) {
      const { head, lines, err } = await collected('general.log', log);
      expect(head).toMatchObject({ from: ['mysql-general'], seconds: 10 });
      expect(lines.map(({ sql }) => sql.replace(':v2, :v3', ':v2'))).toEqual([
        'SELECT * FROM orders WHERE id = :v1',
        'UPDATE orders SET note = :v1 WHERE id IN (:v2)',
      ]);
      expect(err).not.toContain('could not be read');
    }
  });
});

describe('vtgate', () => {
  test('text and JSON', async () => {
    const text = `Execute\t127.0.0.1:5000\tann\t""\t""\t2026-11-22 08:00:00.000001\t2026-11-22 08:00:00.002001\t0.002000\t0.001\t0.001\t0\tSELECT\t"select * from orders where tenant_id = :vtg1 and note = \\"it's\\" and id in ::vtg2"\tmap[]\t1\t1\t""\t"PRIMARY"\t"x"\tfalse\t[]\t"shop"
Execute\t127.0.0.1:5000\tann\t""\t""\t2026-11-22 08:00:05.000001\t2026-11-22 08:00:05.001\t0.001\t0\t0\t0\tSELECT\t"select * from orders where tenant_id = :vtg1 and note = :n and id in ::vtg2"\tmap[]\t1\t1\t""
too\tshort
`;
    const json = `{"Method":"Execute","Start":"2026-11-22 08:00:00.000001","End":"x","TotalTime":0.002,"StmtType":"SELECT","SQL":"select * from orders where tenant_id = :vtg1 and note = :n and id in ::vtg2","BindVars":{}}
{"Method":"Execute","Start":"2026-11-22 08:00:05.000001","TotalTime":0.001,"StmtType":"SELECT","SQL":"SELECT * from orders where tenant_id = 5 and note = 6 and id in (7, 8)"}
{"Method":
`;
    for (const log of [text, json]) {
      const { head, lines, err } = await collected('querylog.txt', log);
      expect(head).toMatchObject({ from: ['vtgate'], seconds: 5 });
      expect(lines).toEqual([
        {
          sql: expect.stringMatching(
            /^select \* from orders where tenant_id = :v1 and note = :v2 and id in \(:v3, :v4\)$/i,
          ),
          calls: 2,
          ms: 3,
        },
      ]);
      expect(err).toContain('1 entry could not be read');
    }
  });
});

describe('JSON lines', () => {
  test('of any origin, and our own file again: several become one', async () => {
    const own = await collected(
      'a.jsonl',
      '{"query":"select 1 from t where a = 5","count":2}\n{"sql":"SELECT 1 FROM t WHERE a = 6"}\n"text"\n',
    );
    expect(own.lines).toEqual([{ sql: 'select $1 from t where a = $2', calls: 3 }]);
    const again = await collected('b.jsonl', `${JSON.stringify(own.head)}\n${JSON.stringify(own.lines[0])}\n`);
    expect(again.lines).toEqual(own.lines);
    expect(again.err).not.toContain('could not be read');
  });

  test('their dialect is said, where it is not PostgreSQL', async () => {
    const line = '{"sql":"SELECT `a` FROM t WHERE b = \\"x\\""}\n';
    expect((await collected('a.jsonl', line, ['--dialect', 'mysql'])).lines[0]?.sql).toBe(
      'SELECT `a` FROM t WHERE b = :v1',
    );
    const { status, err } = await shardlint(folderWith({ 'a.jsonl': line }), [
      'workload',
      'a.jsonl',
      '--dialect',
      'cobol',
    ]);
    expect({ status, err }).toEqual({ status: 2, err: 'shardlint: the dialect cobol is not known\n' });
  });
});

describe('what is no log', () => {
  test.each([
    ['nothing.log', 'once upon a time\n', 'cannot be told from its beginning'],
    ['empty.log', '', 'cannot be told from its beginning'],
    ['broken.csv.gz', 'not packed at all', 'cannot be read'],
  ])('%s', async (name, text, said) => {
    const { status, err } = await collected(name, text);
    expect(status).toBe(2);
    expect(err).toContain(said);
  });

  test('a file that is not there', async () => {
    expect((await shardlint(folderWith({}), ['workload', 'nope.csv'])).err).toBe('shardlint: no such file: nope.csv\n');
  });
});

test('values never reach the file, and long logs need little memory', async () => {
  const rows = Array.from(
    { length: 60_000 },
    (_, i) => `"SELECT * FROM orders WHERE email = 'jane${i}@example.com' AND id = ${i}",1`,
  );
  const folder = folderWith({ 'long.csv': `query,calls\n${rows.join('\n')}\n` });
  const { status, err } = await shardlint(folder, ['workload', 'long.csv']);
  expect(status).toBe(0);
  expect(err).toContain('1 statement with 60,000 calls written to shardlint.workload.jsonl');
  const text = fs.readFileSync(path.join(folder, 'shardlint.workload.jsonl'), 'utf8');
  expect(text).not.toContain('jane');
  expect(text).toContain('SELECT * FROM orders WHERE email = $1 AND id = $2');
});
