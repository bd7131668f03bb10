/** Pieces put together: SQL text with its map and holes. */

import type { Flow, Ref } from '../../flow/flow';
import { own } from '../../text/own';
import { sourceMap } from '../../text/sourceMap';
import type { Span } from '../../text/span';
import type { Binds, Hole, Operation, SqlStatement } from '../orm';
import type { Placeholders } from './drivers';
import type { Pieces } from './fragments';
import { withNames } from './namesBeside';
import { bindPlaceholders, type Values } from './parameters';

export const makeStatement = (
  flow: Flow,
  written: Pieces,
  at: Ref,
  style: Placeholders,
  given: Values | undefined,
): SqlStatement => {
  const { pieces, values } =
    style === 'question' ? withNames(flow, written, given) : { pieces: written, values: given };
  const builder = sourceMap(at.value.span.start);
  const holes: Hole[] = [];
  const names: Span[] = [];
  let gen = 0;
  for (const piece of pieces) {
    if (piece.kind === 'hole') {
      holes.push({ span: { start: gen, end: gen + piece.text.length }, kind: piece.hole, id: piece.id });
      builder.hole(piece.text, piece.anchor);
    } else if (piece.map === undefined) builder.hole(piece.text, piece.anchor);
    else builder.append(piece.text, piece.map);
    if (piece.kind === 'text' && piece.names) names.push({ start: gen, end: gen + piece.text.length });
    gen += piece.text.length;
  }
  const { text, map } = builder.finish();
  // With names among the values, the place of one more is not known.
  const binds = pieces === written ? bindsOf(flow, at, style, values) : undefined;
  return {
    kind: 'sql',
    text,
    map,
    holes: bindPlaceholders(flow, text, holes, style, values),
    ...(names.length > 0 ? { names } : {}),
    ...(binds ? { binds } : {}),
  };
};

/** Where a fix may hand in one more value; nothing where the text or its values stand in another file or a variable. */
const bindsOf = (flow: Flow, at: Ref, style: Placeholders, values: Values | undefined): Binds | undefined => {
  if (at.file !== flow.file) return undefined;
  if (at.value.kind === 'template' && at.value.tag !== undefined) return { kind: 'hole' };
  if (style !== 'dollar' && style !== 'question') return undefined;
  if (values === undefined) return { kind: 'new-list', style, after: at.value.span.end };
  if (values.kind !== 'list' || values.ref.file !== flow.file || values.ref.value.kind !== 'list') return undefined;
  const { items, span } = values.ref.value;
  return { kind: 'list', style, list: span, items: items.map((item) => item.span) };
};

const bare = (text: string): string => text.replace(/^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*/, '');

const verbs: Readonly<Record<string, Operation>> = {
  select: 'select',
  values: 'select',
  table: 'select',
  insert: 'insert',
  replace: 'insert',
  update: 'update',
  delete: 'delete',
  merge: 'upsert',
  create: 'ddl',
  alter: 'ddl',
  drop: 'ddl',
  truncate: 'ddl',
  comment: 'ddl',
  rename: 'ddl',
};

/** By the first verb that is no CTE's. */
export const operationOf = (text: string): Operation => {
  const start = bare(text);
  const word = /^[a-z]+/i.exec(start)?.[0].toLowerCase() ?? '';
  if (word === 'with') {
    // The statement behind the CTEs stands at the top level, outside of parentheses.
    let depth = 0;
    for (const match of start.matchAll(/[()]|\b(?:select|insert|update|delete|merge)\b/gi)) {
      const [token] = match;
      if (token === '(') depth++;
      else if (token === ')') depth--;
      else if (depth === 0) return own(verbs, token.toLowerCase()) ?? 'other';
    }
    return 'select';
  }
  const operation = own(verbs, word) ?? 'other';
  if (operation === 'insert' && /\bon\s+(?:conflict\b[\s\S]*\bdo\s+update|duplicate\s+key\s+update)\b/i.test(start))
    return 'upsert';
  return operation;
};

const statements =
  /^(?:select|insert|update|delete|with|merge|replace|truncate|create|alter|drop|call|exec|execute|explain|begin|commit|rollback|start|savepoint|release|set|show|use|lock|vacuum|analyze|refresh|copy|grant|revoke|values|table|do|declare|listen|notify|unlisten|prepare|deallocate|comment|optimize|rename|kill|flush|describe|reindex|cluster|discard|reset|fetch|close)\b/i;

/** It begins like a whole statement, and not like a piece of one. */
export const isStatement = (text: string): boolean => statements.test(bare(text));

/** As `isStatement`, but nothing that plain English or another language could be. */
export const isSurelySql = (text: string): boolean =>
  /^(?:select\b[\s\S]+\bfrom\b|select\s+[\w*'(]|insert\s+(?:ignore\s+)?into\s|update\s+[\s\S]+\bset\b|delete\s+from\s|with\s+(?:recursive\s+)?[\w"]+\s*(?:\([^)]*\)\s*)?as\s|replace\s+into\s|truncate\s+table|alter\s+table|create\s+(?:unique\s+|temp(?:orary)?\s+)?(?:table|index|schema|view|type|extension)|drop\s+(?:table|index|schema|view|type|extension))/i.test(
    bare(text),
  );
