/** Conditions of query builders that are written as text: `where('lower(u.email) = ?', [email])`. */
import type { Ref } from '../../flow/flow';
import type { Expr } from '../../query/model';
import { choice, column, opaque, param } from '../build/expr';
import { readFragment } from '../build/fragment';
import { spanIn, valueExpr } from '../build/value';
import type { Context } from './context';
import type { Scope } from './where';

export const textExpr = (c: Context, text: Ref, bindings: Ref | undefined, scope: Scope): Expr => {
  const span = spanIn(c, text);
  const list = bindings === undefined ? undefined : c.flow.shapes(bindings).find((shape) => shape.kind === 'list');
  const values = list?.kind === 'list' ? list.items.map(({ value }) => value) : [];
  const options = c.flow.texts(text).map(({ pieces }): Expr => {
    const marks: (Ref | undefined)[] = [];
    const mark = (ref: Ref | undefined): string => `\ue000${marks.push(ref) - 1}\ue001`;
    let next = 0;
    const written = pieces
      .map((piece) =>
        piece.kind === 'hole' ? mark(piece.ref) : piece.text.replaceAll(/\?/g, () => mark(values[next++])),
      )
      .join('');
    if (written === '' || /^\ue000\d+\ue001$/.test(written)) return opaque('SQL text from elsewhere', span);
    return readFragment(
      written,
      {
        column: (qualifier, name) => {
          const known = scope.known?.get(qualifier);
          const { entity } = known ?? scope;
          const field = entity.fields.get(name);
          return column(qualifier === '' ? scope.alias : qualifier, field?.column ?? name, span);
        },
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
