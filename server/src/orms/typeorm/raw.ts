/** `Raw((alias) => `${alias} = :id`, { id })`: a condition as text, on the column that it stands for. */
import type { Ref } from '../../flow/flow';
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';
import { choice, column, operation, param } from '../build/expr';
import { readFragment } from '../build/fragment';
import { valueExpr } from '../build/value';
import type { Context } from './context';

export const rawExpr = (c: Context, left: Expr, [text, parameters]: readonly Ref[], span: Span): Expr => {
  if (text === undefined) return operation('Raw', [left], span);
  const shapes = parameters === undefined ? [] : c.flow.shapes(parameters);
  const named = (key: string): Ref | undefined =>
    shapes.flatMap((shape) => (shape.kind === 'object' ? shape.entries : [])).findLast((entry) => entry.key === key)
      ?.value;
  const options = c.flow.shapes(text).flatMap((shape): readonly Expr[] => {
    const made = shape.kind === 'function';
    const refs = made ? c.flow.callback(shape.function).returns.map(({ value }) => value) : [shape.ref];
    return refs
      .flatMap((ref) => c.flow.texts(ref))
      .map(({ pieces }) => {
        const holes: Ref[] = [];
        const written = pieces
          .map((piece) => (piece.kind === 'text' ? piece.text : `\ue000${holes.push(piece.ref)}\ue001`))
          .join('');
        const parameter = made ? shape.function.function.params[0] : undefined;
        const isAlias = (ref: Ref): boolean =>
          ref.value.kind === 'name' && parameter?.pattern.kind === 'name' && parameter.pattern.name === ref.value.name;
        return readFragment(
          made ? written : `\ue0000\ue001 = ${written}`,
          {
            column: (qualifier, name) => column(qualifier, name, span),
            value: (name, _, many) => {
              const at = /\d+/.exec(name)?.[0];
              const hole = name.startsWith('\ue000') ? holes[Number(at) - 1] : named(name.replace(/^:(?:\.\.\.)?/, ''));
              if (name.startsWith('\ue000') && (hole === undefined || isAlias(hole))) return left;
              return hole === undefined ? param(`${name}@${span.start}`, span, many) : valueExpr(c, hole);
            },
          },
          () => span,
        );
      });
  });
  return options.length === 0 ? operation('Raw', [left], span) : choice(options, span);
};
