/** The text of a new migration in the form of the last one: plain SQL with the marks of its tool, or the code of a library. */
import { baseName } from '../platform/paths';
import { encode } from '../text/literal';

export interface MigrationSteps {
  /** Whole statements without their semicolons, comments before them included. */
  readonly up: readonly string[];
  readonly down: readonly string[];
}

/** `last` is the text of the last migration of the same folder. */
export function migrationText(path: string, steps: MigrationSteps, last = '', ownDown = false): string {
  return /\.[cm]?[jt]s$/.test(path) ? codeText(path, steps, last) : sqlText(steps, last, ownDown);
}

export const downText = ({ down }: MigrationSteps): string => ended(down);

const ended = (statements: readonly string[], between = '\n'): string =>
  statements.map((one) => (isComment(one) ? `${one}\n` : `${one};\n`)).join(between);

const isComment = (text: string): boolean => text.split('\n').every((line) => /^\s*(?:--|$)/.test(line));

function sqlText({ up, down }: MigrationSteps, last: string, ownDown: boolean): string {
  const body = ended(
    up,
    /^--> statement-breakpoint|;--> statement-breakpoint/m.test(last) ? '--> statement-breakpoint\n' : '\n',
  );
  if (ownDown) return body;
  if (/^-- *migrate:up/m.test(last)) return `-- migrate:up\n${body}\n-- migrate:down\n${ended(down)}`;
  // goose would end a function's body at its first semicolon.
  if (/^-- *\+goose +Up/im.test(last)) {
    const begun = (text: string): string =>
      text.replace(/^([\s\S]*)$/, '-- +goose StatementBegin\n$1-- +goose StatementEnd\n');
    return `-- +goose Up\n${begun(body)}\n-- +goose Down\n${begun(ended(down))}`;
  }
  if (/^-- *\+migrate +Up/im.test(last)) return `-- +migrate Up\n${body}\n-- +migrate Down\n${ended(down)}`;
  return body;
}

/** How each library is handed one statement, and what stands around. */
interface Form {
  readonly sign: RegExp;
  run(literal: string): string;
  frame(up: string, down: string, path: string, module: boolean): string;
}

const forms: readonly Form[] = [
  {
    sign: /\bMigrationInterface\b/,
    run: (literal) => `    await queryRunner.query(${literal});`,
    frame: (up, down, path) =>
      `import type { MigrationInterface, QueryRunner } from 'typeorm';\n\nexport class ${className(path)} implements MigrationInterface {\n  async up(queryRunner: QueryRunner): Promise<void> {\n${up}\n  }\n\n  async down(queryRunner: QueryRunner): Promise<void> {\n${down}\n  }\n}\n`,
  },
  {
    sign: /\bextends\s+Migration\b/,
    run: (literal) => `    this.addSql(${literal});`,
    frame: (up, down, path) =>
      `import { Migration } from '@mikro-orm/migrations';\n\nexport class ${className(path)} extends Migration {\n  override async up(): Promise<void> {\n${up}\n  }\n\n  override async down(): Promise<void> {\n${down}\n  }\n}\n`,
  },
  {
    sign: /\bqueryInterface\b/,
    run: (literal) => `    await queryInterface.sequelize.query(${literal});`,
    frame: (up, down, path, module) =>
      module
        ? `import type { QueryInterface } from 'sequelize';\n\nexport default {\n  async up(queryInterface${typed(path, 'QueryInterface')}) {\n${up}\n  },\n\n  async down(queryInterface${typed(path, 'QueryInterface')}) {\n${down}\n  },\n};\n`
        : `module.exports = {\n  async up(queryInterface) {\n${up}\n  },\n\n  async down(queryInterface) {\n${down}\n  },\n};\n`,
  },
  {
    sign: /\bKysely\b/,
    run: (literal) => `  await sql.raw(${literal}).execute(db);`,
    frame: (up, down, path) =>
      `import { ${/ts$/.test(path) ? 'type Kysely, ' : ''}sql } from 'kysely';\n\nexport async function up(db${typed(path, 'Kysely<unknown>')}) {\n${up}\n}\n\nexport async function down(db${typed(path, 'Kysely<unknown>')}) {\n${down}\n}\n`,
  },
  {
    sign: /./s,
    run: (literal) => `  await knex.raw(${literal});`,
    frame: (up, down, path, module) =>
      module
        ? `${/ts$/.test(path) ? "import type { Knex } from 'knex';\n\n" : ''}export async function up(knex${typed(path, 'Knex')}) {\n${up}\n}\n\nexport async function down(knex${typed(path, 'Knex')}) {\n${down}\n}\n`
        : `exports.up = async (knex) => {\n${up}\n};\n\nexports.down = async (knex) => {\n${down}\n};\n`,
  },
];

function codeText(path: string, { up, down }: MigrationSteps, last: string): string {
  const form = forms.find(({ sign }) => sign.test(last)) ?? forms[forms.length - 1];
  if (!form) return '';
  const module = /ts$/.test(path) || /^\s*(?:export|import)\b/m.test(last);
  // Knex takes a question mark for a binding wherever it stands.
  const said = (text: string): string => (form === forms.at(-1) ? text.replaceAll('?', '\\?') : text);
  const body = (statements: readonly string[]): string =>
    statements
      .map((one) =>
        isComment(one) ? one.replace(/^\s*--/gm, '    //') : form.run(`\`${encode('template', said(one)) ?? ''}\``),
      )
      .join('\n');
  return form.frame(body(up), body(down), path, module);
}

const typed = (path: string, type: string): string => (/ts$/.test(path) ? `: ${type}` : '');

/** TypeORM wants the version at the end: `AddTenantId1690000000000`; MikroORM the file's name. */
function className(path: string): string {
  const base = baseName(path).replace(/\.\w+$/, '');
  const [, version = '', name = ''] = /^(\d+)-?(.*)$/.exec(base) ?? [];
  return `${name}${version}`.replace(/\W/g, '') || base.replace(/\W/g, '_');
}
