import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import oniguruma from 'vscode-oniguruma';
import { type IGrammar, INITIAL, type IRawGrammar, Registry } from 'vscode-textmate';

const require = createRequire(import.meta.url);
const injection = path.join(import.meta.dirname, '../../syntaxes/sql-in-code.tmLanguage.json');
const hosts = { ts: 'typescript', tsx: 'tsx', js: 'javascript', jsx: 'jsx' } as const;
const scopeNames = { ts: 'source.ts', tsx: 'source.tsx', js: 'source.js', jsx: 'source.js.jsx' } as const;

export type Host = keyof typeof hosts;

/** A piece of a line and its scopes, outermost first. */
export interface Token {
  readonly text: string;
  readonly scopes: readonly string[];
}

const engine = oniguruma.loadWASM(fs.readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'))).then(() => ({
  createOnigScanner: (patterns: string[]) => new oniguruma.OnigScanner(patterns),
  createOnigString: (text: string) => new oniguruma.OnigString(text),
}));

function read(file: string): IRawGrammar {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

function registry(inject: boolean): Registry {
  return new Registry({
    onigLib: engine,
    async loadGrammar(scopeName) {
      if (scopeName === 'inline.shardlint.sql') return read(injection);
      const host = (Object.keys(hosts) as Host[]).find((key) => scopeNames[key] === scopeName);
      return host ? read(require.resolve(`tm-grammars/grammars/${hosts[host]}.json`)) : null;
    },
    getInjections: (scopeName) =>
      inject && Object.values<string>(scopeNames).includes(scopeName) ? ['inline.shardlint.sql'] : undefined,
  });
}

const registries = { with: registry(true), without: registry(false) };

/** The file as VS Code colours it; `without`: as it would without our grammar. */
export async function tokenize(
  code: string,
  host: Host = 'ts',
  grammars: 'with' | 'without' = 'with',
): Promise<Token[][]> {
  const grammar = await registries[grammars].loadGrammar(scopeNames[host]);
  if (!grammar) throw new Error(`no grammar for ${host}`);
  return lines(grammar, code);
}

function lines(grammar: IGrammar, code: string): Token[][] {
  let stack = INITIAL;
  return code.split('\n').map((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    return tokens.map(({ startIndex, endIndex, scopes }) => ({ text: line.slice(startIndex, endIndex), scopes }));
  });
}
