/** postgres.js: `sql(x)` in a template is names, a list, rows or assignments, by the words before it. */
import type { Entry, Flow, Ref } from '../../flow/flow';
import type { Span } from '../../text/span';
import { glue, holeOf, type Pieces, type SqlPiece } from './fragments';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const literals = (flow: Flow, refs: readonly Ref[]): readonly string[] | undefined => {
  const names = refs.map((ref) => {
    const [shape, other] = flow.shapes(ref);
    return other === undefined && shape?.kind === 'literal' && typeof shape.value === 'string'
      ? shape.value
      : undefined;
  });
  return names.every((name) => name !== undefined) ? names.flatMap((name) => name ?? []) : undefined;
};

/** `before`: the text of the template up to here. Undefined: nothing better than a hole is known. */
export const postgresHelper = (flow: Flow, args: readonly Ref[], before: string, anchor: Span): Pieces | undefined => {
  const [first, ...columns] = args;
  if (first === undefined) return undefined;
  const [shape, other] = flow.shapes(first);
  if (shape === undefined || other !== undefined) return undefined;
  if (shape.kind === 'literal')
    return typeof shape.value === 'string' ? [glue(quoted(shape.value), anchor)] : undefined;
  if (/\bin\s*$/i.test(before)) return [holeOf(flow, first, anchor, 'list')];
  const rows =
    shape.kind === 'object'
      ? [shape]
      : shape.kind === 'list' && !shape.open
        ? shape.items.map((item) => flow.shapes(item.value)[0])
        : [];
  if (shape.kind === 'list') {
    const names = literals(
      flow,
      shape.items.map((item) => item.value),
    );
    if (names !== undefined && names.length > 0 && !shape.open) return [glue(names.map(quoted).join(', '), anchor)];
    if (shape.items.some((item) => item.many || item.when.length > 0)) return undefined;
  }
  const chosen = columns.length === 0 ? undefined : literals(flow, columns);
  const entriesOf = (row: (typeof rows)[number]): readonly Entry[] | undefined => {
    if (row?.kind !== 'object' || (row.open && chosen === undefined)) return undefined;
    if (row.entries.some((entry) => entry.key === undefined || entry.when.length > 0)) return undefined;
    return chosen === undefined ? row.entries : row.entries.filter((entry) => chosen.includes(entry.key ?? ''));
  };
  const all = rows.map(entriesOf);
  const [head] = all;
  if (head === undefined || all.some((entries) => entries === undefined)) return undefined;
  const values = (entries: readonly Entry[]): readonly SqlPiece[] =>
    entries.flatMap((entry, i) => [...(i > 0 ? [glue(', ', anchor)] : []), holeOf(flow, entry.value, anchor, 'value')]);
  if (/\b(?:set|update)\s*$/i.test(before) && !/\binto\b[^()]*$/i.test(before)) {
    return head.flatMap((entry, i) => [
      glue(`${i > 0 ? ', ' : ''}${quoted(entry.key ?? '')} = `, anchor),
      holeOf(flow, entry.value, anchor, 'value'),
    ]);
  }
  if (!/\binto\b[^()]*$/i.test(before)) return undefined;
  const names = head.map((entry) => quoted(entry.key ?? '')).join(', ');
  return [
    glue(`(${names}) values `, anchor),
    ...all.flatMap((entries, i) => [glue(i > 0 ? ', (' : '(', anchor), ...values(entries ?? []), glue(')', anchor)]),
  ];
};
