/** From the acts of a function to those of a unit: called functions of the workspace are written out in their place. */
import { calleeName, reaches, type Turn } from '../../flow/course';
import type { FuncRef } from '../../flow/flow';
import type { Value } from '../../hosts/host';
import type { KeyValues, StatementAct, Unit, UnitAct } from '../../rules/unit';
import type { Location } from '../../text/span';
import { contains } from '../../text/span';
import { titleOf } from '../functionNames';
import { placedOf } from '../placed';
import { mayWait, type Passed, unresolvedIn, waitsIn } from './between';
import { type Announced, announcedBy, queuedBy } from './events';
import { type Extent, mayCarry } from './extents';
import { calledAt, type FileAct, type FileActs } from './fileActs';
import { handingOf, nothingHanded, parametersOf } from './handing';
import { handleFix, joinFix, outerClient, primaryFix } from './joinFix';
import { keysOf } from './keys';
import { unitLimits } from './limits';
import { localOnce } from './local';
import { looking } from './looked';
import { answersAt, givenBy, type Matter, matterOf, mayHoldAnswer, relationOf } from './matter';
import { isHandedIn, loopsBefore, meetingIn } from './order';
import { ambient, handed, heldBy } from './partOf';
import { followed } from './quiet';
import { untilNext } from './routes';
import { speechOf } from './speech';
import { askedTarget } from './target';
import { turnsWith } from './turns';
import { type Surroundings, start, type Walk, type Way } from './way';

/** `before`: functions that the same request runs before. */
export function unitOf(
  file: FileActs,
  func: number,
  follow: Walk['follow'],
  around: Surroundings,
  before: readonly FuncRef[] = [],
): Unit {
  const own = file.host.functions[func];
  let known: readonly string[] | undefined;
  const parameters = (): readonly string[] => {
    known ??= parametersOf(file.host, around.index(file.host), own);
    return known;
  };
  const walk: Walk = {
    around,
    follow,
    parameters,
    acts: [],
    extents: new Map(),
    hosts: new Map(),
    calls: new Map(),
  };
  for (const one of before) expandBefore(walk, one);
  expand(walk, file, func, { ...start, functions: own === undefined ? [] : [own] });
  const found = new Map(walk.acts.flatMap((one, at) => ('act' in one ? [[one.act, { ...one, at }] as const] : [])));
  const ofBoth = <T>(a: UnitAct, b: UnitAct, of: (a: Matter, b: Matter) => T, unknown: T): T => {
    const [one, other] = [found.get(a)?.matter(), found.get(b)?.matter()];
    return one && other ? of(one, other) : unknown;
  };
  const turnsOf = (act: UnitAct): readonly Turn[] => found.get(act)?.turns ?? [];
  const between = (earlier: UnitAct, later: UnitAct): readonly Passed[] =>
    walk.acts
      .slice((found.get(earlier)?.at ?? 0) + 1, found.get(later)?.at ?? 0)
      .flatMap((one) => ('act' in one ? [] : [one]));
  const waits = walk.acts.some((one) => !('act' in one) && mayWait(one));
  return {
    file: file.host.path,
    name: titleOf(file.host, own, around.names(file.host)),
    acts: [...found.keys()].filter(({ over }) => over === undefined),
    withHandlers: [...found.keys()].filter((act) => act.kind === 'statement'),
    transactions: [...walk.extents.values()].map((one) => ({
      id: one.id,
      at: { file: one.file, span: one.call.span },
      loops: one.loops,
      ...(one.handle === undefined ? {} : { handle: one.handle }),
    })),
    get parameters() {
      return parameters();
    },
    routes: (orm) => around.routed.includes(orm),
    turns: ({ loops }, value) =>
      turnsWith(value, loops, (path) => {
        const host = walk.hosts.get(path);
        return host && around.index(host);
      }),
    keys: (act) => found.get(act)?.keys?.() ?? [],
    relation: (write, other) => ofBoth(write, other, relationOf, 'unknown'),
    answers: (write, other) => ofBoth(write, other, mayHoldAnswer, true),
    speech: (act) => speechOf(found.get(act)?.steps ?? [], act.hops, around.index),
    ...looking((act) => found.get(act), walk, { path: file.host.path, function: func }),
    where: (act) => {
      const place = `(${act.at.file.slice(act.at.file.lastIndexOf('/') + 1)}:${around.line(lineOf(act))})`;
      const inner = act.hops.at(-1);
      return inner === undefined ? place : `in \`${inner.name}\` ${place}`;
    },
    reaches: (earlier, later) => {
      const [before, after] = [turnsOf(earlier), turnsOf(later)];
      return !isHandedIn(before, after, walk.calls) && reaches(before, after);
    },
    meeting: (earlier, later) =>
      meetingIn(found.get(earlier)?.steps ?? [], found.get(later)?.steps ?? [], around.index),
    waits: (earlier, later) => (waits ? waitsIn(between(earlier, later).filter(mayWait), turnsOf(later)) : 0),
    unresolved: (earlier, later) => unresolvedIn(between(earlier, later), turnsOf(later)),
  };
}

/** The line of the method's name is the statement's. */
const lineOf = (act: UnitAct): Location =>
  act.kind === 'statement' ? { file: act.at.file, span: act.statement.name } : act.at;

function expand(walk: Walk, file: FileActs, func: number, way: Way): void {
  walk.hosts.set(file.host.path, file.host);
  for (const act of file.functions.get(func) ?? []) {
    if (walk.acts.length >= unitLimits.acts) return;
    const turns = [...way.turns, ...act.turns];
    const extents = file.extents.filter((one) => contains(one.body, act.site.span));
    for (const one of extents) walk.extents.set(one.id, { ...one, loops: loopsBefore(way.turns, act.turns, one) });
    const inside = [...way.inside, ...extents.map(({ id }) => id)];
    let about: Matter | undefined;
    const matter = (): Matter => {
      about ??= matterOf(walk.around.index(file.host), act, func, way);
      return about;
    };
    switch (act.kind) {
      case 'wait':
        if (!way.loose) walk.acts.push({ turns, waits: act.waits });
        break;
      case 'message': {
        const named = { file: file.host.path, span: calledAt(act.site) };
        walk.acts.push({
          turns,
          act: { ...placeOf(file, act, turns, inside, way), kind: 'message', broker: act.broker, at: named },
          matter,
          steps: [...way.steps, [file.host, act.site]],
          functions: way.functions,
          handing: way.handing,
        });
        if (act.site.kind === 'call')
          followHandlers(walk, file, act, queuedBy(act.site, walk.around.flow(file.host)), turns, way);
        break;
      }
      case 'statement': {
        const made = statementAct(walk, file, act, turns, inside, extents, way);
        let known: readonly KeyValues[] | undefined;
        const keys = () => {
          known ??= keysOf(act.statement, way.handing);
          return known;
        };
        if (made !== undefined)
          walk.acts.push({
            turns,
            act: made,
            keys,
            matter,
            steps: [...way.steps, [file.host, act.site]],
            functions: way.functions,
            handing: way.handing,
          });
        break;
      }
      case 'call':
        followCall(walk, file, act, func, turns, inside, extents.at(-1), way);
        followHandlers(walk, file, act, announcedBy(act.call, act.name, walk.around.flow(file.host)), turns, way);
    }
  }
}

/** What returns early ends the request: as a branch, not as a call that comes back. */
function expandBefore(walk: Walk, { file: host, function: func }: FuncRef): void {
  const { around } = walk;
  const to = around.acts(host);
  if (!to) return;
  const at = { file: host.path, span: func.span };
  const acts = new Map(to.functions).set(func.id, untilNext(to.functions.get(func.id) ?? []));
  expand(walk, { ...to, functions: acts }, func.id, {
    ...start,
    turns: [{ id: `${host.path}:before:${func.id}`, kind: 'branch', repeats: false, arm: 0, leaves: false }],
    hops: [{ name: titleOf(host, func, around.names(host)), at }],
    bare: false,
    functions: [func],
  });
}

const placeOf = (
  { host }: FileActs,
  { site }: FileAct,
  turns: readonly Turn[],
  inside: readonly string[],
  way: Way,
) => ({
  at: { file: host.path, span: site.span } satisfies Location,
  hops: way.hops,
  loops: turns.flatMap((turn) => (turn.repeats ? [turn.id] : [])),
  conditional: turns.some(({ kind }) => kind === 'branch'),
  inside,
  ...(way.over === undefined ? {} : { over: way.over }),
});

function statementAct(
  walk: Walk,
  file: FileActs,
  act: FileAct & { readonly kind: 'statement' },
  turns: readonly Turn[],
  inside: readonly string[],
  extents: readonly Extent[],
  way: Way,
): StatementAct | undefined {
  const { statement, outcome, loose, carried } = act;
  const placed = placedOf(statement, walk.around.kindOf);
  if (placed === undefined) return undefined;
  const { handing } = way;
  const own = statement.found?.transaction;
  const flow = walk.around.flow(file.host);
  const transaction =
    heldBy(walk.extents, act, inside, handing, flow) ??
    (own !== undefined
      ? handing.transaction(own)
      : ((way.inside.length > 0 ? handed(act, handing, flow) : undefined) ??
        ambient(walk.extents, statement.orm, inside, walk.around.ambient)));
  const around = own === undefined ? extents.at(-1) : undefined;
  const outer = around && outerClient(act.site, around, flow);
  const joins =
    around &&
    (handleFix(act.site, around, statement, walk.around.text(file.host.path)) ??
      (outer && joinFix(outer, around, file.host.path)));
  const toPrimary = statement.found?.primary;
  const isGiven = (value: Value): boolean =>
    walk.parameters().includes(`$${handing.value(flow.valueId(flow.ref(value)))}`);
  return {
    kind: 'statement',
    ...placeOf(file, act, turns, inside, way),
    statement: { ...placed, target: askedTarget(placed, act.site, transaction, isGiven) },
    method: (act.site.kind === 'call' && calleeName(act.site.callee)) || '',
    ...(transaction === undefined ? {} : { transaction }),
    outcome: outcome === 'returned' ? way.outcome : outcome,
    loose: way.loose || loose,
    carried,
    sameClient: outer !== undefined,
    mayJoin: around ? mayCarry(act.site, around, walk.around.index(file.host)) : way.mayJoin,
    ...(joins === undefined ? {} : { joins }),
    ...(toPrimary === undefined ? {} : { toPrimary: primaryFix(toPrimary, file.host.path) }),
  };
}

function followCall(
  walk: Walk,
  file: FileActs,
  act: FileAct & { readonly kind: 'call' },
  caller: number,
  turns: readonly Turn[],
  inside: readonly string[],
  extent: Extent | undefined,
  way: Way,
): void {
  const { around } = walk;
  const flow = around.flow(file.host);
  const wanted = walk.follow === 'all' || inside.length > 0;
  const called = wanted && way.hops.length < unitLimits.depth ? around.called(act.call, flow).to : undefined;
  const to = called && around.acts(called.function.file);
  if (!called || !to || way.functions.includes(called.function.function)) {
    const unresolved = (): boolean => around.called(act.call, flow).unknown;
    walk.acts.push({ turns, call: act.name, unresolved });
    return;
  }
  const { function: func } = called.function;
  const into = followed(turns, file.host, act.site);
  const [turn] = into.slice(-1);
  if (turn) walk.calls.set(turn.id, { file: file.host.path, span: act.site.span });
  const left = unitLimits.depth - way.hops.length - 1;
  const quiet = around.quiet({ file: to.host, function: func }, left, way.functions);
  if (quiet) {
    if (quiet.parts.length > 0) walk.acts.push({ turns: into, quiet });
    return;
  }
  const at = { file: file.host.path, span: calledAt(act.site) };
  const { outcome, loose } = localOnce(act, () => around.index(file.host));
  let answers: ReadonlySet<string> | undefined;
  expand(walk, to, func.id, {
    turns: into,
    steps: [...way.steps, [file.host, act.site]],
    hops: [...way.hops, { name: titleOf(to.host, func, around.names(to.host)), at }],
    inside,
    mayJoin: extent ? mayCarry(act.site, extent, around.index(file.host)) : way.mayJoin,
    handing: handingOf(called.function, around.index, called.args, flow, way.handing),
    given: givenBy(called.args, around.index, caller, way.given),
    get answers() {
      answers ??= answersAt(around.index(file.host), act.site, way.answers);
      return answers;
    },
    bare: way.bare && act.call.args.length === 0,
    outcome: outcome === 'returned' ? way.outcome : outcome,
    loose: way.loose || loose,
    functions: [...way.functions, func],
    ...(way.over === undefined ? {} : { over: way.over }),
  });
}

/** What is announced is done by its handlers: in another transaction, and nobody waits for it. */
function followHandlers(
  walk: Walk,
  file: FileActs,
  act: FileAct,
  announced: Announced | undefined,
  turns: readonly Turn[],
  way: Way,
): void {
  const { around } = walk;
  if (announced === undefined || walk.follow !== 'all' || way.hops.length >= unitLimits.depth) return;
  for (const handler of around.handlers) {
    if (!announced.keys.includes(handler.key)) continue;
    const host = around.host(handler.file);
    const to = host && around.acts(host);
    const func = host?.functions[handler.function];
    if (!to || func === undefined || way.functions.includes(func)) continue;
    const id = `${file.host.path}:call:${act.site.span.start}:${handler.file}:${handler.function}`;
    const at = { file: file.host.path, span: calledAt(act.site) };
    expand(walk, to, func.id, {
      turns: [...turns, { id, kind: 'call', repeats: false, arm: 0, leaves: false }],
      steps: [...way.steps, [file.host, act.site]],
      hops: [...way.hops, { name: titleOf(to.host, func, around.names(to.host)), at }],
      inside: [],
      mayJoin: false,
      handing: nothingHanded,
      get answers() {
        return way.answers;
      },
      bare: false,
      outcome: 'used',
      loose: true,
      functions: [...way.functions, func],
      over: { how: announced.how, name: announced.name },
    });
  }
}
