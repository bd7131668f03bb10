/** Receivers that the shard map declares: `shardFor($key)` binds the key, `forEachShard(*)` fans out, `readPool` reads a replica. */
import type { Span } from '../text/span';
import type { Chain, Ref } from './flow';
import { madeFrom, passesReplica } from './replicaNames';

/**
 * As in the shard map. `match`: a name or path, with an argument list where it is a call; `$key` names the argument that is
 * bound, `*` in a name is any part of it. `process.env.*_FOLLOWER_URL` is every client that is made of such a variable.
 */
export interface ReceiverPattern {
  readonly match: string;
  readonly binds?: string;
  readonly reach?: 'scatter' | 'single';
  readonly target?: 'replica' | 'primary';
  readonly sql?: boolean;
}

/** What the receivers of one chain say together. */
export interface Receiving {
  readonly pins: readonly { readonly column: string; readonly value: string; readonly span: Span }[];
  readonly reach?: 'scatter' | 'single';
  readonly target?: 'replica' | 'primary';
  /** Whether the receiver is a replica's client by its name alone, or by the environment that it is made from: asked where nothing else says it. */
  namedReplica(): boolean;
  /** The map says that it takes SQL text. */
  readonly sql: boolean;
}

interface Passed {
  readonly name: string;
  readonly args: readonly Ref[] | undefined;
  readonly span: Span;
}

interface Matcher {
  readonly path: readonly string[];
  /** Undefined: a name alone, called or not. */
  readonly args: readonly string[] | undefined;
}

const variable = 'process.env.';

/** Names, with `*` for any part of them. */
const meets = (wanted: string | undefined, name: string): boolean =>
  wanted === name ||
  (wanted?.includes('*') === true &&
    new RegExp(
      `^${wanted
        .split('*')
        .map((part) => part.replace(/[$.]/g, '\\$&'))
        .join('.*')}$`,
    ).test(name));

const parse = (match: string): Matcher => {
  const open = match.indexOf('(');
  const path = (open < 0 ? match : match.slice(0, open)).trim().split('.');
  if (open < 0) return { path, args: undefined };
  const inner = match.slice(open + 1, match.lastIndexOf(')')).trim();
  return { path, args: inner === '' || inner === '*' ? [] : inner.split(',').map((arg) => arg.trim()) };
};

/** All names that a chain has passed, in order: its root, what was followed, its steps. */
const passed = (chain: Chain): readonly Passed[] => {
  const { root } = chain;
  const names: Passed[] = chain.via.map(({ name, args, span }) => ({ name, args, span }));
  const { span } = chain.ref.value;
  if (root.kind === 'package' && root.name !== '*') names.push({ name: root.name, args: undefined, span });
  if (root.kind === 'global') names.push({ name: root.name, args: undefined, span });
  for (const step of chain.steps) {
    if (step.kind === 'member') names.push({ name: step.name, args: undefined, span: step.nameSpan });
    else if (step.kind === 'call' && step.name !== '')
      names.push({ name: step.name, args: step.args, span: step.nameSpan });
    else if (step.kind === 'call') {
      // The value before is what is called: `shardFor(id)` of an import.
      const last = names[names.length - 1];
      if (last !== undefined) names.push({ ...last, args: step.args });
    }
  }
  return names;
};

const matches = (matcher: Matcher, names: readonly Passed[], at: number): boolean => {
  const name = names[at];
  if (name === undefined || !meets(matcher.path.at(-1), name.name)) return false;
  if (matcher.args !== undefined && name.args === undefined) return false;
  let i = at - 1;
  for (const before of matcher.path.slice(0, -1).reverse()) {
    while (i >= 0 && names[i]?.name === name.name) i--;
    if (!meets(before, names[i]?.name ?? '')) return false;
    i--;
  }
  return true;
};

export const receivingOf = (
  patterns: readonly ReceiverPattern[],
  chain: Chain,
  valueId: (ref: Ref) => string,
): Receiving => {
  const names = passed(chain);
  const pins = new Map<string, Receiving['pins'][number]>();
  let found: Receiving = { pins: [], sql: false, namedReplica: () => passesReplica(chain, chain.ref.value) };
  for (const pattern of patterns) {
    const meant = pattern.match.startsWith(variable) ? pattern.match.slice(variable.length) : undefined;
    if (meant !== undefined && pattern.target !== undefined && madeFrom(chain, (name) => meets(meant, name)))
      found = { ...found, target: pattern.target };
    const matcher = parse(pattern.match);
    for (let at = 0; at < names.length; at++) {
      const name = names[at];
      if (name === undefined || !matches(matcher, names, at)) continue;
      const bound = matcher.args?.findIndex((arg) => arg.startsWith('$')) ?? -1;
      const value = bound < 0 ? undefined : name.args?.[bound];
      if (pattern.binds !== undefined && value !== undefined) {
        const pin = { column: pattern.binds, value: valueId(value), span: value.value.span };
        pins.set(`${pin.column}=${pin.value}`, pin);
      }
      found = {
        ...found,
        ...(pattern.reach === undefined ? {} : { reach: pattern.reach }),
        ...(pattern.target === undefined ? {} : { target: pattern.target }),
        sql: found.sql || pattern.sql === true,
      };
    }
  }
  return { ...found, pins: [...pins.values()] };
};
