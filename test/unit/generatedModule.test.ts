import { describe, expect, it } from 'vitest';
import { generatedModule } from '../../server/src/engine/generated';

const made = (sql: string): string => generatedModule([['t.sql', sql]]).text;

describe('names of tables for modules that are not there', () => {
  it('are those of the DDL', () => {
    expect(made('CREATE TABLE IF NOT EXISTS "public"."user_roles" (tenant_id text, "role_name" text);')).toBe(
      "export const UserRoles = { table: 'user_roles', fields: { tenantId: 'tenant_id', roleName: 'role_name' }, fieldKeys: ['tenantId', 'roleName'] };",
    );
  });

  it('pass over constraints, comments, brackets and texts', () => {
    const text = made(`/* a, b */ create table a (
      id varchar(21) default '(,' not null, -- id, really
      n numeric(1, 2) check (n > 0),
      constraint c unique (id, n), primary key (id), foreign key (n) references b (n)
    )`);
    expect(text).toContain("fields: { id: 'id', n: 'n' }");
  });

  it('take the first of two tables, and nothing of broken text', () => {
    expect(
      generatedModule([
        ['1.sql', 'create table a (x int)'],
        ['2.sql', 'create table a (y int)'],
      ]).from,
    ).toEqual(new Map([['A', '1.sql']]));
    expect(made("create table (; create table b ('")).not.toContain('fields: { x');
  });
});
