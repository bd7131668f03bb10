/** A query as the command that MongoDB's shell would take, for people: `db.orders.find({ tenantId: tenantId })`. */
import type { Assignment, Expr, From, Query } from './model';

const longest = 1600;

/** `name`: how a parameter's identity is shown. */
export function printCommand(query: Query, name: (id: string) => string): string {
  const text = commandOf(query, name);
  return text.length > longest ? `${text.slice(0, longest)} …` : text;
}

const key = (column: string): string => (/^[A-Za-z_$][\w$]*$/.test(column) ? column : `'${column}'`);
const object = (parts: readonly string[]): string => (parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`);

const comparisons: Readonly<Record<string, string>> = {
  '<>': '$ne',
  '<': '$lt',
  '<=': '$lte',
  '>': '$gt',
  '>=': '$gte',
};

const collection = (from: From | undefined): string =>
  from?.kind === 'table' ? (from.name.parts.at(-1) ?? '…') : from?.kind === 'join' ? collection(from.left) : '…';

function commandOf(query: Query, name: (id: string) => string): string {
  const value = (expr: Expr): string => {
    switch (expr.kind) {
      case 'const':
        return expr.type === 'string' ? `'${String(expr.value)}'` : String(expr.value);
      case 'param':
        return name(expr.id);
      case 'column':
        return `'$${expr.name}'`;
      default:
        return '…';
    }
  };
  const parts = (expr: Expr): readonly string[] => {
    switch (expr.kind) {
      case 'and':
        return expr.args.flatMap(parts);
      case 'or':
        return [`$or: [${expr.args.map((arg) => object(parts(arg))).join(', ')}]`];
      case 'not':
        return [`$nor: [${object(parts(expr.arg))}]`];
      case 'compare': {
        if (expr.left.kind !== 'column') return ['$expr: …'];
        const op = comparisons[expr.op];
        const right = value(expr.right);
        return [`${key(expr.left.name)}: ${op === undefined ? right : `{ ${op}: ${right} }`}`];
      }
      case 'in': {
        const items = Array.isArray(expr.items) ? (expr.items as readonly Expr[]) : undefined;
        const [only] = items ?? [];
        const list =
          only?.kind === 'param' && only.many === true && items?.length === 1
            ? name(only.id)
            : `[${items?.map(value).join(', ') ?? '…'}]`;
        return [
          `${expr.left.kind === 'column' ? key(expr.left.name) : '…'}: { ${expr.negated ? '$nin' : '$in'}: ${list} }`,
        ];
      }
      case 'is-null':
        return [
          `${expr.value.kind === 'column' ? key(expr.value.name) : '…'}: ${expr.negated ? '{ $ne: null }' : 'null'}`,
        ];
      case 'const':
        return expr.value === true ? [] : ['…'];
      case 'choice': {
        const asked = expr.options.filter((one) => !(one.kind === 'const' && one.value === true));
        const text = asked.map((one) => parts(one).join(', ')).join(' | ');
        return [asked.length < expr.options.length ? `[${text}]` : `(${text})`];
      }
      case 'operation': {
        const [first] = expr.args;
        return [first?.kind === 'column' ? `${key(first.name)}: { ${expr.op}: … }` : '…'];
      }
      default:
        return ['…'];
    }
  };
  const filter = (where: Expr | undefined): string => (where ? object(parts(where)) : '{}');
  const fields = (set: readonly Assignment[], open: boolean | undefined): string =>
    object([...set.map((one) => `${key(one.column)}: ${value(one.value)}`), ...(open ? ['…'] : [])]);
  const lookups = (from: From): readonly string[] =>
    from.kind === 'join' ? [...lookups(from.left), `{ $lookup: { from: '${collection(from.right)}', … } }`] : [];

  switch (query.kind) {
    case 'select': {
      const [from] = query.from;
      const on = `db.${collection(from)}`;
      const joined = from ? lookups(from) : [];
      const grouped = query.groupBy.length > 0;
      if (joined.length > 0 || grouped) {
        const stages = [
          ...(query.where ? [`{ $match: ${filter(query.where)} }`] : []),
          ...joined,
          ...(grouped ? ['{ $group: … }'] : []),
        ];
        return `${on}.aggregate([${stages.join(', ')}])`;
      }
      const [item] = query.items;
      if (item?.expr.kind === 'call' && item.expr.name === 'count')
        return `${on}.countDocuments(${filter(query.where)})`;
      if (query.distinct === true && item?.expr.kind === 'column')
        return `${on}.distinct('${item.expr.name}', ${filter(query.where)})`;
      const one = query.limit?.kind === 'const' && query.limit.value === 1;
      return `${on}.${one ? 'findOne' : 'find'}(${filter(query.where)})`;
    }
    case 'insert': {
      const { source, columns = [], table } = query;
      const on = `db.${table.kind === 'table' ? collection(table) : '…'}`;
      const rows = source !== 'default' && source.kind === 'values' ? source.rows : undefined;
      const documents = rows?.map((row) =>
        object([
          ...row.flatMap((cell, i) => (columns[i] ? [`${key(columns[i].name)}: ${value(cell)}`] : [])),
          ...(query.openColumns ? ['…'] : []),
        ]),
      );
      return documents?.length === 1
        ? `${on}.insertOne(${documents[0]})`
        : `${on}.insertMany([${documents?.join(', ') ?? '…'}])`;
    }
    case 'update':
    case 'delete': {
      const [target] = query.targets;
      const on = `db.${target?.kind === 'table' ? collection(target) : '…'}`;
      const many = query.limit === undefined ? 'Many' : 'One';
      if (query.kind === 'delete') return `${on}.delete${many}(${filter(query.where)})`;
      const upsert = query.upsert ? ', { upsert: true }' : '';
      return `${on}.update${many}(${filter(query.where)}, { $set: ${fields(query.set, query.openSet || query.set.length === 0)} }${upsert})`;
    }
    default:
      return '…';
  }
}
