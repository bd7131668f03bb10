/** Collections and references that load themselves: `user.books.loadItems()`, `book.author.load()`. */
import type { Ref } from '../../flow/flow';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { and, column, equals, isTruth, param } from '../build/expr';
import { optionIn } from '../build/options';
import { openSources } from '../build/sources';
import { countStar, select } from '../build/statements';
import { type Context, optionsIn, type Sent } from './context';
import { filtersExpr } from './filtered';
import { loadRelations } from './populate';
import type { Receiver } from './receiver';
import { whereExpr } from './where';

export const relatedStatements = (
  c: Context,
  method: string,
  args: readonly Ref[],
  { relation, entities }: Receiver & { readonly kind: 'related' },
  owner: Ref,
  at: Span,
): readonly Sent[] =>
  entities.map((target): Sent => {
    const options = optionsIn(c, args[0]);
    const table = c.table(target.table, at);
    const sources = openSources(c, table);
    let alias = aliasOf(table);
    if (relation.through !== undefined) {
      const link = c.table(relation.through.table, at);
      alias = aliasOf(link);
      const on = relation.through.on.map(({ own, other }) =>
        equals(column(aliasOf(table), other, at), column(alias, own, at), at),
      );
      sources.add(link, and(on, at), { span: at, optional: false, type: 'inner' });
    }
    const id = c.flow.valueId(owner);
    const keys = relation.on.map(({ own, other }) => equals(column(alias, other, at), param(`${id}.${own}`, at), at));
    const own: Context = { ...c, sources };
    const scope = { entity: target, alias: aliasOf(table) };
    const where = optionIn(options, 'where');
    const filters = filtersExpr(own, scope, options, at);
    const counts = method === 'loadCount';
    const also = counts ? [] : loadRelations(own, sources, target, options, at);
    return {
      query: select([sources.from()], c.site.value.span, {
        where: and(
          [
            ...keys,
            ...(where === undefined ? [] : [whereExpr(own, where, scope)]),
            ...(isTruth(filters) ? [] : [filters]),
          ],
          at,
        ),
        ...(counts ? { items: [countStar(c.site.value.span)] } : {}),
      }),
      also,
    };
  });
