import { schemes } from './virtual';

/** Languages that hold SQL, in files of their own or inside code. */
const languages = [
  'sql',
  'pgsql',
  'postgres',
  'plsql',
  'mysql',
  'typescript',
  'typescriptreact',
  'javascript',
  'javascriptreact',
];

/** Shard maps, and declarations that can stand in for one. */
const maps = ['**/shardlint.{yaml,yml,json}', '**/*vschema*.json'];

type Filter =
  | { readonly scheme: string; readonly language: string }
  | { readonly scheme: string; readonly pattern: string };

/** The documents that the server is told of. */
export const documentSelector = (): Filter[] =>
  [...schemes()].flatMap((scheme) => [
    ...languages.map((language) => ({ scheme, language })),
    ...maps.map((pattern) => ({ scheme, pattern })),
  ]);
