/**
 * SQL text that the host hands to a driver, or writes in a driver's tag. What is sent is decided by where the receiver
 * comes from; a receiver that nothing proves counts only if the map names it or the text can be nothing but SQL.
 */
import type { Chain, Flow, Ref, Step } from '../flow/flow';
import type { CallValue, Template } from '../hosts/host';
import { begunOn, begunOnTaken } from './build/begun';
import { targeted } from './build/found';
import { handedIn } from './build/handedIn';
import { transactionOf } from './kysely/transaction';
import { defineOrm, type Found, type Site, type SqlStatement } from './orm';
import {
  callNames,
  type Driver,
  driverFor,
  drivers,
  driversOf,
  isNamedSql,
  lastStep,
  provenBy,
  usualNames,
} from './rawSql/drivers';
import { type Pieces, templatePieces } from './rawSql/fragments';
import { entryOf, givenIn, readText } from './rawSql/given';
import { calleeName, handedOn, isOfCaller, isSender } from './rawSql/handedOn';
import { mayBeHelper } from './rawSql/mayBeHelper';
import { type Values, valuesOf } from './rawSql/parameters';
import { isStatement, isSurelySql, makeStatement, operationOf } from './rawSql/statement';
import { targetOf } from './rawSql/target';

interface Sent {
  readonly driver: Pick<Driver, 'id' | 'placeholders' | 'transactions' | 'taking'>;
  readonly chain: Chain;
  readonly step: Step;
  readonly text: Ref;
  readonly pieces: readonly Pieces[];
  readonly values?: Values | undefined;
  readonly confidence: Found['confidence'];
  readonly transaction?: string | undefined;
  /** A function of the project stands between: what it takes beside the text is its own affair. */
  readonly handedOn?: true;
  /** As in `HandedOn`. */
  readonly either?: true;
}

const plainDriver = { id: 'sql', placeholders: 'dollar', transactions: ['transaction'] } as const;

const textIn = (pieces: Pieces | undefined): string => (pieces ?? []).map((piece) => piece.text).join('');

const found = (site: Site, flow: Flow, sent: Sent): Found => {
  const { driver, chain, step, text } = sent;
  const style =
    driver.placeholders === 'dollar' && driver.id === 'sql' && /\?/.test(textIn(sent.pieces[0]))
      ? 'question'
      : driver.placeholders;
  const statements = sent.pieces.map((pieces): SqlStatement => {
    const { binds, ...made } = makeStatement(flow, pieces, text, style, sent.values);
    return binds === undefined || (sent.handedOn && binds.kind === 'new-list') ? made : { ...made, binds };
  });
  const [statement, ...variants] = statements;
  const receiving = flow.receiving(chain);
  const begun =
    sent.transaction ??
    flow.transaction(chain, driver.transactions) ??
    (isPool(chain) ? undefined : begunAt(flow, site, chain, driver.taking ?? []));
  const target = targetOf(flow, driver.id, chain, begun);
  const transaction = target === 'replica' ? undefined : begun;
  const open = statements.flatMap((s) => s.holes.filter((hole) => hole.kind === 'unknown' || hole.kind === 'fragment'));
  const first = statement ?? makeStatement(flow, [], text, style, undefined);
  const operation = /^\$\{/.test(first.text) ? undefined : operationOf(first.text);
  return {
    orm: driver.id,
    ...(operation === undefined ? {} : { operation }),
    statement: first,
    variants,
    span: site.value.span,
    nameSpan: step.nameSpan,
    confidence: sent.confidence,
    ...targeted(sent.either ? { ...receiving, namedReplica: () => false } : receiving, target),
    ...(transaction === undefined ? {} : { transaction }),
    pins: receiving.pins,
    ...(receiving.reach === undefined ? {} : { reach: receiving.reach }),
    unknown: [
      ...new Set(
        open.map((hole) => `${hole.kind === 'fragment' ? 'fragment' : 'expression'} ${hole.id.replace(/@.*$/, '')}`),
      ),
    ],
  };
};

/** On the very connection that the statement is sent by. */
const begunAt = (flow: Flow, { value }: Site, chain: Chain, taking: readonly string[]): string | undefined => {
  const taken = begunOnTaken(flow, flow.ref(value), chain, taking);
  if (taken !== undefined) return taken;
  const on = value.kind === 'template' ? value.tag : value.callee.kind === 'member' ? value.callee.object : undefined;
  return on && begunOn(flow, flow.ref(value), on);
};

/** Each statement of a pool may be sent by another connection: what is begun there holds for none of them. */
const isPool = ({ root, steps }: Chain): boolean => {
  const named = (name: string): boolean => /^(?:create)?Pool$/i.test(name);
  return (
    ((root.kind === 'package' && named(root.name)) ||
      steps.some((step) => (step.kind === 'member' || step.kind === 'call') && named(step.name))) &&
    !steps.some((step) => step.kind === 'call' && /^(?:connect|getConnection|reserve|acquire)$/.test(step.name))
  );
};

// ── text in calls ───────────────────────────────────────────────────────────────────────────────────────────────

/** Sequelize: `{ replacements, bind, transaction }`. */
const optionsOf = (
  flow: Flow,
  args: readonly Ref[],
): { readonly values?: Values | undefined; readonly transaction?: string } => {
  const [, options] = args;
  if (options === undefined) return {};
  const values = entryOf(flow, options, ['replacements', 'bind']);
  const handle = entryOf(flow, options, ['transaction']);
  const transaction =
    handle === undefined ? undefined : (flow.transaction(flow.chain(handle), ['transaction']) ?? flow.valueId(handle));
  return {
    values: values === undefined ? undefined : valuesOf(flow, values),
    ...(transaction === undefined ? {} : { transaction }),
  };
};

const nameOf = ({ callee }: CallValue): string | undefined =>
  callee.kind === 'member' && typeof callee.property === 'string'
    ? callee.property
    : callee.kind === 'name'
      ? ''
      : undefined;

/** A package outside of the project is known to be something else; a path that is not there may be anything. */
const isElsewhere = (module: string): boolean => !/^(?:\.|@\/|~|#|\/)/.test(module);

/** Awaited text may be anything; what is returned or listed must begin like a statement. */
const isSent = (flow: Flow, value: CallValue | Template, texts: readonly Pieces[]): boolean => {
  const { ends } = flow.life(value);
  const whole = texts.some((pieces) => isStatement(textIn(pieces)));
  if (ends.some(({ how }) => how === 'await' || how === 'statement'))
    return whole || texts.some((pieces) => pieces[0]?.kind === 'hole');
  return whole && ends.some(({ how, into }) => how === 'return' || into?.value.kind === 'list');
};

const readCall = (site: Site, call: CallValue, flow: Flow): Sent | undefined => {
  const name = nameOf(call);
  if (name === undefined || call.isNew || call.args.length === 0) return undefined;
  const marked = call.args.slice(0, 2).find((arg) => isMarked(site, arg.span.start));
  const known =
    (callNames.has(name) || (usualNames.has(name) && call.args[0]?.kind === 'template')) &&
    (name !== '' || site.file.imports.some((i) => /neon/.test(i.module)));
  if (!known && marked === undefined && !flow.receivers.some((r) => r.sql === true) && !mayBeHelper(site.file, call))
    return undefined;
  const chain = flow.call(call);
  const step = lastStep(chain);
  if (step?.kind !== 'call' || step.call !== call) return undefined;
  const module = provenBy(flow, chain);
  const driver =
    (module === undefined ? undefined : driverFor(module, name)) ??
    (name.startsWith('$') ? drivers.find((d) => d.calls?.[name] !== undefined) : undefined);
  if (driver !== undefined) {
    // A builder of the library: its argument is no text, and the statement is listed where it is built.
    if (chain.steps.some((one) => one.kind === 'call' && driver.builders?.includes(one.name) === true))
      return undefined;
    if (name === '' && chain.steps.length < 2) return undefined;
    if (driver.id === 'kysely') return readCompiled(flow, chain, step, driver);
    const given = givenIn(flow, driver, step.args, driver.calls?.[name] ?? 'none');
    if (given === undefined) return undefined;
    const { pieces } = readText(flow, given.text);
    if (driver.lazy === true && !isSent(flow, call, pieces)) return undefined;
    const options = driver.id === 'sequelize' ? optionsOf(flow, step.args) : undefined;
    return { driver, chain, step, text: given.text, pieces, values: given.values, confidence: 'certain', ...options };
  }
  const own = module === undefined ? [] : driversOf(module);
  if (own.some((d) => d.id === 'kysely') && name === 'execute') {
    const tag = chain.steps.at(-2);
    const kysely = drivers.find((d) => d.id === 'kysely');
    if (tag?.kind !== 'tag' || kysely === undefined) return undefined;
    const [handle] = step.args;
    return {
      driver: kysely,
      transaction: handle === undefined ? undefined : transactionOf(flow, handle),
      chain,
      step: tag,
      text: tag.ref,
      pieces: templatePieces(flow, tag.template, tag.ref),
      confidence: 'certain',
    };
  }
  return (
    readHandedOn(flow, chain, step) ??
    readUnproven(flow, chain, step, calleeName(call) ?? '', module, marked === undefined ? undefined : flow.ref(marked))
  );
};

/** `executeQuery(CompiledQuery.raw(text, values))`, `` executeQuery(sql`…`.compile(db)) ``. Compiled builders are read as builders. */
const readCompiled = (
  flow: Flow,
  chain: Chain,
  step: Step & { readonly kind: 'call' },
  driver: Driver,
): Sent | undefined => {
  const [compiled] = step.args;
  const { root, steps } = compiled === undefined ? chain : flow.chain(compiled);
  const last = steps.at(-1);
  if (last?.kind !== 'call' || root.kind !== 'package' || root.module !== 'kysely') return undefined;
  const sent = { chain, step, confidence: 'certain' } as const;
  const tag = steps.at(-2);
  if (last.name === 'compile' && tag?.kind === 'tag')
    return { ...sent, driver, text: tag.ref, pieces: templatePieces(flow, tag.template, tag.ref) };
  const [text, values] = last.args;
  if (last.name !== 'raw' || root.name !== 'CompiledQuery' || text === undefined) return undefined;
  const { pieces } = readText(flow, text);
  const placeholders = /\$\d/.test(textIn(pieces[0])) ? 'dollar' : 'question';
  const given = values === undefined ? undefined : valuesOf(flow, values);
  return { ...sent, driver: { ...driver, placeholders }, text, pieces, values: given };
};

/** Through a function of the project that hands the text on. */
const readHandedOn = (flow: Flow, chain: Chain, step: Step & { readonly kind: 'call' }): Sent | undefined => {
  const handed = handedOn(flow, chain, step);
  if (handed === undefined) return undefined;
  const { text, values, driver } = handed;
  const { pieces } = readText(flow, text);
  const isSql = pieces.some((one) => (driver === undefined ? isSurelySql : isStatement)(textIn(one)));
  if (!isSql && (driver === undefined || isOfCaller(flow, text))) return undefined;
  return {
    driver: driver ?? plainDriver,
    chain: handed.chain,
    step,
    text,
    pieces,
    values,
    confidence: driver === undefined ? 'guess' : 'certain',
    handedOn: true,
    ...(handed.either === undefined ? {} : { either: true }),
  };
};

const readUnproven = (
  flow: Flow,
  chain: Chain,
  step: Step & { readonly kind: 'call' },
  name: string,
  module: string | undefined,
  marked: Ref | undefined,
): Sent | undefined => {
  const receiving = flow.receiving(chain);
  const named =
    receiving.sql || receiving.pins.length > 0 || receiving.reach !== undefined || receiving.target !== undefined;
  if (chain.root.kind === 'function' && !receiving.sql) return undefined;
  const elsewhere =
    module !== undefined && isElsewhere(module) && handedIn(chain) === 0 && !named && marked === undefined;
  // A package that hands out a database may be given text that a tag has made, and nothing else.
  if (elsewhere && step.args[0]?.value.kind !== 'template') return undefined;
  const how = { text: ['text', 'sql'], values: ['values'] };
  const given = givenIn(flow, how, marked === undefined ? step.args : [marked], 1);
  if (given === undefined) return undefined;
  const { pieces, tagged } = readText(flow, given.text);
  const text = textIn(pieces[0]);
  const sent = { chain, step, text: given.text, pieces, values: given.values };
  const by = tagged === undefined ? undefined : driversOf(tagged).find((d) => d.tag === 'makes');
  if (tagged !== undefined && isStatement(text)) {
    const sends = by?.calls === undefined ? !elsewhere && isSender(name) : by.calls[name] !== undefined;
    return sends ? { ...sent, driver: by ?? plainDriver, confidence: 'certain' } : undefined;
  }
  if (elsewhere) return undefined;
  if (marked !== undefined) return { ...sent, driver: plainDriver, confidence: 'likely' };
  if (receiving.sql && isStatement(text)) return { ...sent, driver: plainDriver, confidence: 'certain' };
  if (!isSender(name) || !isSurelySql(text)) return undefined;
  return { ...sent, driver: plainDriver, confidence: named ? 'certain' : 'guess' };
};

/** `/* sql *\/` stands before it. */
const isMarked = ({ file }: Site, start: number): boolean =>
  file.comments.some(
    (c) => c.style === 'block' && /^\/\*\s*sql\s*\*\/$/i.test(c.text) && c.span.end <= start && start - c.span.end <= 2,
  );

// ── tags ────────────────────────────────────────────────────────────────────────────────────────────────────────

const readTag = (template: Template, flow: Flow): Sent | undefined => {
  const chain = flow.call(template);
  const step = lastStep(chain);
  if (step?.kind !== 'tag' || step.template !== template) return undefined;
  const module = provenBy(flow, chain);
  const prisma = /^\$(?:query|execute)Raw$/.test(step.name);
  const driver = prisma
    ? drivers.find((d) => d.id === 'prisma')
    : module === undefined
      ? undefined
      : driversOf(module).find((d) => d.tag === 'sends' && d.id !== 'prisma');
  if (driver === undefined) return readNamedTag(template, flow, chain, step);
  const pieces = templatePieces(flow, template, flow.ref(template));
  if (!prisma && !isSent(flow, template, pieces)) return undefined;
  return { driver, chain, step, text: flow.ref(template), pieces, confidence: 'certain' };
};

/** Of a tag that nothing proves: its name is `sql`, and what it makes is awaited where it stands, as no text is. */
const readNamedTag = (
  template: Template,
  flow: Flow,
  chain: Chain,
  step: Step & { readonly kind: 'tag' },
): Sent | undefined => {
  if (!isNamedSql(chain, template.tag)) return undefined;
  const ref = flow.ref(template);
  const { ends } = flow.life(template);
  const { async: isAsync } = flow.functionOf(ref).function;
  if (!ends.some(({ how }) => how === 'await' || (how === 'return' && isAsync))) return undefined;
  const pieces = templatePieces(flow, template, ref);
  if (!pieces.some((one) => isSurelySql(textIn(one)))) return undefined;
  return { driver: plainDriver, chain, step, text: ref, pieces, confidence: 'likely' };
};

export default defineOrm({
  id: 'rawSql',
  hosts: ['typescript'],
  modules: [
    'pg',
    'pg-pool',
    'pg-promise',
    'postgres',
    'mysql',
    'mysql2',
    'mariadb',
    'slonik',
    '@vercel/postgres',
    '@neondatabase/serverless',
    '@planetscale/database',
    'sql-template-tag',
    'sql-template-strings',
  ],
  always: true,
  marker:
    /\$(?:query|execute)Raw|\bsql(?:\.\w+)?(?:\([^)`]*\))?(?:<[^`]*>)?`|\.(?:query|execute|raw|unsafe)\s*[<(]|\/\*\s*sql\s*\*\/|['"](?:pg-promise|slonik|postgres)['"]|['"`]\s*(?:select\s[^'"`]{1,2000}?\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\()/i,
  extract: (site, flow) => {
    const { value } = site;
    const sent = value.kind === 'call' ? readCall(site, value, flow) : readTag(value, flow);
    return sent === undefined ? [] : [found(site, flow, sent)];
  },
});
