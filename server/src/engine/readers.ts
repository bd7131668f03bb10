/** What importers of declarations are given beside the files: the dialects' parsers, and the SQL that code sends. */
import type { Platform } from '../platform/platform';
import type { Readers } from '../shards/imports';
import { dialectFor } from './parsers';

export const readersOf = (platform: Platform): Required<Readers> => ({
  parserFor: (dialect) => dialectFor(platform, dialect),
  // Host languages are loaded for migrations that are written in one.
  sentBy: async (files, about) => (await import('./sent/sentSql')).sentSql(platform, files, about),
});
