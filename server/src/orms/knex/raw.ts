/** `knex.raw('a.x = ?', [x])` and its kin as parts of a statement. */
import type { Ref } from '../../flow/flow';
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';
import { choice, opaque, operation, param } from '../build/expr';
import { plainColumn, readFragment } from '../build/fragment';
import { valueExpr } from '../build/value';
import { type Context, identifier } from './context';
import { handleEnd } from './handle';

/** The arguments of a raw call that a value comes from. */
export const rawIn = (c: Context, ref: Ref): readonly Ref[] | undefined => {
  const chain = c.flow.chain(ref);
  const { root, steps } = chain;
  const at = steps.findIndex((step) => step.kind === 'call' && step.name === 'raw');
  const call = steps[at];
  const elsewhere = root.kind === 'package' && !/^(?:\.|@\/|~|#)/.test(root.module) && handleEnd(chain) === undefined;
  if (call?.kind !== 'call' || elsewhere) return undefined;
  return steps.slice(at + 1).every((step) => step.kind === 'call' && step.name === 'wrap') ? call.args : undefined;
};

export const rawTexts = (c: Context, ref: Ref): readonly string[] =>
  c.flow
    .texts(ref)
    .map(({ pieces }) =>
      pieces.map((piece) => (piece.kind === 'text' ? piece.text : (identifier(c, piece.ref) ?? '?'))).join(''),
    );

/** `??` in texts by the names that are handed in beside them, as far as they are known. */
export const withNames = (c: Context, texts: readonly string[], bindings: Ref | undefined): readonly string[] => {
  const [shape] = bindings === undefined ? [] : c.flow.shapes(bindings);
  const items = shape?.kind === 'list' ? shape.items : [];
  return texts.map((text) => {
    let next = 0;
    return text.replace(/\?\??/g, (found) => {
      const item = items[next++];
      return (found === '??' && item !== undefined ? identifier(c, item.value) : undefined) ?? found;
    });
  });
};

/** Plain comparisons are read; subqueries and functions bind nothing. */
export const rawCondition = (c: Context, args: readonly Ref[], span: Span): Expr => {
  const [text, bindings] = args;
  if (text === undefined) return operation('sql', [], span);
  const shapes = bindings === undefined ? [] : c.flow.shapes(bindings);
  const [shape] = shapes;
  const values =
    shape?.kind === 'list' ? shape.items.map(({ value }) => value) : bindings === undefined ? [] : [bindings];
  const named = (key: string): Ref | undefined =>
    shape?.kind === 'object' ? shape.entries.findLast((entry) => entry.key === key)?.value : undefined;
  const options = c.flow.texts(text).map(({ pieces }): Expr => {
    const marks: (Ref | undefined)[] = [];
    const mark = (ref: Ref | undefined): string => `\ue000${marks.push(ref) - 1}\ue001`;
    let next = 0;
    const written = pieces
      .map((piece) => {
        if (piece.kind === 'hole') return identifier(c, piece.ref) ?? mark(piece.ref);
        return piece.text.replaceAll(
          /\?\??|:([A-Za-z_]\w*)(:?)/g,
          (found, name: string | undefined, isName: string, at: number) => {
            if (name !== undefined && (piece.text[at - 1] === ':' || shape?.kind !== 'object')) return found;
            const ref = name === undefined ? values[next++] : named(name);
            if (found !== '??' && isName !== ':') return mark(ref);
            return (ref === undefined ? undefined : identifier(c, ref)) ?? mark(ref);
          },
        );
      })
      .join('');
    if (written === '' || /^\ue000\d+\ue001$/.test(written)) return opaque('SQL text from elsewhere', span);
    return readFragment(
      written,
      {
        column: (qualifier, name) => plainColumn(qualifier, name, span),
        value: (name, _, many) => {
          const ref = marks[Number(/\d+/.exec(name)?.[0])];
          const value = ref === undefined ? param(`${name}@${span.start}`, span) : valueExpr(c, ref);
          return many && value.kind === 'param' ? { ...value, many } : value;
        },
      },
      () => span,
    );
  });
  return choice(options, span);
};
