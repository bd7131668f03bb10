/** Configuration files of hosts (`tsconfig.json`, `package.json`): JSON with comments and trailing commas. */
import { parse } from 'jsonc-parser';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Undefined where nothing can be read of it. */
export const readJson = (text: string): Json | undefined =>
  parse(text, [], { allowTrailingComma: true, disallowComments: false }) as Json | undefined;

/** The member of an object; undefined for everything else. */
export const member = (json: Json | undefined, key: string): Json | undefined =>
  json !== null && typeof json === 'object' && !Array.isArray(json)
    ? (json as { [key: string]: Json | undefined })[key]
    : undefined;

export const asString = (json: Json | undefined): string | undefined => (typeof json === 'string' ? json : undefined);

export const asList = (json: Json | undefined): readonly Json[] =>
  Array.isArray(json) ? (json as readonly Json[]) : [];

export const entriesOf = (json: Json | undefined): readonly (readonly [string, Json])[] =>
  json !== null && typeof json === 'object' && !Array.isArray(json)
    ? Object.entries(json).flatMap(([key, value]) => (value === undefined ? [] : [[key, value as Json] as const]))
    : [];
