import { routerTitle } from '../routing/ddlSupport';
import { defineRule } from './rule';

/** Refusals that another rule explains better. */
const elsewhere = new Set(['missing-shard-key', 'key-update']);

export default defineRule({
  id: 'refused-by-router',
  meta: {
    summary: 'The configured router rejects this statement',
    why: 'It fails in production every time that it runs.',
    remedy: 'Rewrite it as the message says; `shardlint explain` shows what the router needs.',
    sources: ['Vitess: VT12001 unsupported', 'Citus: planner errors'],
    severity: 'error',
    severityIn: { 'sql-migration': 'warning' },
    since: '0.1',
    messages: { refused: '{router} rejects this statement: {why}.' },
  },
  query(query, { route, map, report }) {
    if (!route.refused || elsewhere.has(route.refused.code)) return;
    const at =
      route.reasons.find(({ code, span }) => code === 'refused' && span)?.span ?? route.bindings[0]?.span ?? query.span;
    const router = routerTitle(map.router, 'capital');
    report('refused', at, { router, why: route.refused.because });
  },
});
