/** Layers of a map (itself, then overrides) with their imports → one shard map. Pure. */
import { findDialect } from '../dialects';
import type { Query } from '../query/model';
import { emptySchema, type Schema } from '../schema/model';
import { withStatistics } from '../schema/statistics';
import { didYouMean } from '../text/didYouMean';
import { withSchema } from './enrich';
import type { ImportContext } from './importer';
import { mergeImports } from './imports';
import type { Layer } from './load';
import type { MapProblem, RouterChoice, ShardMap } from './model';
import { buildMap, routerChoice } from './native/build';
import { dialectOf } from './native/dialect';
import { knownDialects, knownRouters } from './native/known';
import { mergeMaps } from './native/merge';
import { child, emptyMap, entriesOf, type MapNode, type Node, textOf } from './positioned/node';
import { viewQuery } from './view';

export interface AssembleContext {
  readonly file: string;
  /** By dialect as the map names it; only where `needsParser` asked. */
  readonly parsers: ReadonlyMap<string, ImportContext['dialect']>;
  readonly routers: readonly string[];
}

export interface Assembled {
  readonly map: ShardMap;
  readonly schema: Schema;
  /** What was written, bases and overrides merged in: every value knows where. */
  readonly node: MapNode;
  readonly problems: readonly MapProblem[];
}

export function assemble(layers: readonly Layer[], context: AssembleContext): Assembled {
  const problems: MapProblem[] = [];
  const fault = (problem: MapProblem): void => {
    problems.push(problem);
  };
  const node = layers.map((layer) => layer.node).reduce(mergeMaps, emptyMap(context.file));
  const imports = layers.flatMap((layer) => layer.imports);
  const imported = mergeImports(imports);
  const implied = imports.findLast(({ importer }) => importer.implies)?.importer.implies;
  const router =
    withSettings(chooseRouter(node, context, fault), imported.router) ?? named(implied?.router ?? 'generic');
  const dialect = chooseDialect(node, fault) ?? implied?.dialect ?? dialectOf(router.name);
  const parser = context.parsers.get(textOf(child(node, 'dialect')) ?? dialect) ?? context.parsers.get(dialect);
  const view = (definition: Node): Query | undefined => {
    const query = parser && viewQuery(parser.parser, textOf(definition) ?? '');
    if (parser && !query) {
      const message = `This is no query that can be read as ${dialect}; the view is not looked into.`;
      fault({ at: definition.at, severity: 'warning', code: 'view-definition', message });
    }
    return query;
  };
  const map = buildMap(node, { file: context.file, dialect, router, imported, view, fault });
  const schema = withStatistics(imported.schema ?? emptySchema, imported.statistics ?? [], map.searchPath);
  return { map: withSchema(map, schema), schema, node, problems };
}

/** Dialects whose parser the definitions of views need. */
export function needsParser(layers: readonly Layer[]): readonly string[] {
  const views = layers.some(({ node }) =>
    entriesOf(child(node, 'tables')).some(({ value }) => child(value, 'definition')),
  );
  if (!views) return [];
  const said = layers.flatMap(({ node }) => textOf(child(node, 'dialect')) ?? []);
  const implied = layers.flatMap(({ imports }) => imports.flatMap(({ importer }) => importer.implies?.dialect ?? []));
  const routers = layers.flatMap(({ node }) => routerChoice(child(node, 'router'))?.name ?? []);
  return [
    ...new Set([
      ...said,
      ...implied,
      ...(said.length > 0 ? [] : routers.map(dialectOf)),
      ...(said.length + implied.length + routers.length > 0 ? [] : ['postgresql']),
    ]),
  ];
}

const named = (name: string): RouterChoice => ({ name, settings: {} });

function chooseDialect(node: MapNode, fault: (problem: MapProblem) => void): string | undefined {
  const said = child(node, 'dialect');
  const name = textOf(said);
  if (!said || name === undefined) return undefined;
  const found = findDialect(name);
  if (found) return found.id;
  const meant = didYouMean(name.toLowerCase(), knownDialects);
  const message = `The dialect \`${name}\` is not known.${meant ? ` Did you mean \`${meant}\`?` : ''}`;
  fault({ at: said.at, severity: 'error', code: 'unknown-dialect', message });
  return meant ?? name.toLowerCase();
}

/** Settings of the router's own file hold below those that the map says. */
const withSettings = (own: RouterChoice | undefined, read: RouterChoice | undefined): RouterChoice | undefined =>
  own && read && own.name === read.name
    ? { ...read, ...own, settings: { ...read.settings, ...own.settings } }
    : (own ?? read);

function chooseRouter(
  node: MapNode,
  context: AssembleContext,
  fault: (problem: MapProblem) => void,
): RouterChoice | undefined {
  const said = child(node, 'router');
  const choice = routerChoice(said);
  if (!said || !choice || context.routers.includes(choice.name)) return choice;
  const at = child(said, 'name')?.at ?? said.at;
  const meant = knownRouters.includes(choice.name) ? undefined : didYouMean(choice.name, knownRouters);
  if (meant) {
    const message = `The router \`${choice.name}\` is not known. Did you mean \`${meant}\`?`;
    fault({ at, severity: 'warning', code: 'unknown-router', message });
    return { ...choice, name: meant };
  }
  const message = `\`${choice.name}\` has no rules of its own here: the generic ones decide.`;
  fault({ at, severity: 'information', code: 'generic-rules', message });
  return choice;
}
