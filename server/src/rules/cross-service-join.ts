import type { TableRef } from '../query/model';
import { tablesOf } from '../query/tables';
import { ownerOf } from '../shards/services';
import { defineRule } from './rule';

export default defineRule({
  id: 'cross-service-join',
  meta: {
    summary: 'One statement reads tables of several services',
    why: 'The services can no longer be deployed, scaled or moved apart: a change of one table breaks the statement of another team.',
    remedy:
      'Ask the other service, keep a copy of the columns that are needed (a read model that its events fill), or move the ownership of the table.',
    sources: ['microservices.io: database per service', 'Sam Newman, Building Microservices: splitting the database'],
    severity: 'warning',
    severityIn: { test: 'off', 'sql-migration': 'off', migration: 'information' },
    since: '0.1',
    messages: {
      join: '`{table}` belongs to {owner}, `{other}` to {service}: this statement ties the two services together. Ask the other service, or keep a copy that its events fill.',
    },
  },
  query(query, { map, report }) {
    if (map.services.length === 0) return;
    const owned = tablesOf(query).flatMap((ref) => {
      const owner = ownerOf(map, nameOf(ref));
      return owner === undefined ? [] : [{ ref, owner }];
    });
    const [first] = owned;
    const other = owned.find(({ owner }) => owner !== first?.owner);
    if (!first || !other) return;
    report('join', other.ref.span, {
      table: nameOf(other.ref),
      owner: other.owner,
      other: nameOf(first.ref),
      service: first.owner,
    });
  },
});

const nameOf = ({ name }: TableRef): string => name.parts.join('.');
