/** Functions that one request runs one after another: middleware, hooks and the handler of a route. */
import { calleeName } from '../../flow/course';
import type { FileIndex } from '../../flow/fileIndex';
import type { Flow, FuncRef } from '../../flow/flow';
import type { CallValue, Value } from '../../hosts/host';
import type { FileAct } from './fileActs';

export interface RouteChain {
  /** What is asked last. */
  readonly handler: FuncRef;
  /** What is asked before it, in that order. */
  readonly before: readonly FuncRef[];
}

/** Packages whose routers run what they are handed in the order in which it stands. */
const routers = /^(?:koa|express|express-promise-router|router|fastify|koa-router|@koa\/router|hono|polka|restify)$/;

const anyRouter = new RegExp(`['"\`]${routers.source.slice(1, -1)}['"\`]`);

/** Whether a text names the package of a router. */
export const namesRouter = (text: string): boolean => anyRouter.test(text);

const verbs = /^(?:get|post|put|patch|delete|del|all|options|head|route)$/;

/** Options of a Fastify route, and its hooks, in the order in which they run. */
const stages: readonly string[] = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'handler'];

export function routesIn(index: FileIndex, flow: Flow): readonly RouteChain[] {
  if (!index.file.imports.some(({ module }) => routers.test(module))) return [];
  const always = new Map<string, readonly FuncRef[]>();
  return [...index.sites]
    .sort((a, b) => a.span.start - b.span.start)
    .flatMap((site): readonly RouteChain[] => {
      if (site.kind !== 'call' || site.isNew || site.callee.kind !== 'member') return [];
      const name = calleeName(site.callee) ?? '';
      const isHook = name === 'use' || name === 'addHook';
      if ((!isHook && !verbs.test(name)) || !isOf(site.callee.object, flow, routers)) return [];
      const router = flow.valueId(flow.ref(site.callee.object));
      const before = always.get(router) ?? [];
      const found = site.args.flatMap((arg) => functionsIn(arg, index, flow));
      if (isHook) {
        if (isForAll(site, name)) always.set(router, [...before, ...found]);
        // What is handed to Koa is middleware, down to the one that answers.
        const [last] = isOf(site.callee.object, flow, /^koa$/) ? found.slice(-1) : [];
        return last && before.length > 0 ? [{ handler: last, before: [...before, ...found.slice(0, -1)] }] : [];
      }
      const all = [...before, ...found];
      const handler = all.at(-1);
      return handler === undefined || found.length === 0 || all.length < 2
        ? []
        : [{ handler, before: all.slice(0, -1) }];
    });
}

const isOf = (receiver: Value, flow: Flow, modules: RegExp): boolean => {
  const { root } = flow.chain(flow.ref(receiver));
  return root.kind === 'package' && modules.test(root.module);
};

/** Not under a path of its own, and before the handler. */
const isForAll = ({ args: [first] }: CallValue, name: string): boolean =>
  name === 'addHook'
    ? first?.kind === 'literal' && stages.includes(String(first.value))
    : first?.kind !== 'literal' && first?.kind !== 'template';

function functionsIn(value: Value, index: FileIndex, flow: Flow): readonly FuncRef[] {
  if (value.kind === 'list') return value.items.flatMap((item) => functionsIn(item, index, flow));
  if (value.kind === 'object')
    return stages.flatMap((stage) =>
      value.entries.flatMap((entry) =>
        entry.kind === 'property' && entry.key === stage ? functionsIn(entry.value, index, flow) : [],
      ),
    );
  if (value.kind !== 'function' && value.kind !== 'name' && value.kind !== 'member') return [];
  const { root, steps } = flow.chain(flow.ref(value));
  // Four parameters: it is asked where something went wrong.
  return root.kind === 'function' && steps.length === 0 && root.function.function.params.length < 4
    ? [root.function]
    : [];
}

/** What a middleware does before it hands on, which for `await next()` is not all. */
export function untilNext(acts: readonly FileAct[]): readonly FileAct[] {
  const at = acts.findIndex((act) => act.kind === 'call' && act.name === 'next' && act.turns.length === 0);
  return at < 0 ? acts : acts.slice(0, at);
}
