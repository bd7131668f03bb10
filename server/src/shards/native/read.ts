/** The native map, `shardlint.yaml` or `.json`: text → a valid positioned tree of what can be used, and its problems. */
import type { SourceText } from '../importer';
import type { MapProblem } from '../model';
import { readJson } from '../positioned/json';
import { emptyMap, entryOf, type MapNode, type Node, scalarOf } from '../positioned/node';
import { readYaml } from '../positioned/yaml';
import { mapType } from './keys';
import { validate } from './validate';

export const mapFileNames = ['shardlint.yaml', 'shardlint.yml', 'shardlint.json'] as const;

export interface NativeMap {
  readonly file: string;
  readonly node: MapNode;
  readonly problems: readonly MapProblem[];
}

export function readNative({ path, text }: SourceText): NativeMap {
  const { node, problems } = /\.jsonc?$/i.test(path) ? readJson(path, text) : readYaml(path, text);
  const valid = checkNative(node, path);
  return { ...valid, problems: [...problems, ...valid.problems] };
}

export function checkNative(node: Node, file: string): NativeMap {
  const problems: MapProblem[] = [];
  const version = entryOf(node, 'version');
  const said = scalarOf(version?.value);
  const foreign = version !== undefined && said !== 1 && said !== null;
  if (foreign) {
    const message = `This version of the shard map is not known: \`version: 1\` is.`;
    problems.push({ at: version.value.at, severity: 'error', code: 'version', message });
  }
  if (node.kind === 'scalar' && node.value === null) {
    const message = 'The shard map is empty: it begins with `version: 1`.';
    return { file, node: emptyMap(file), problems: [{ at: node.at, severity: 'error', code: 'missing-key', message }] };
  }
  const valid = validate(node, mapType, mapType.what);
  const others = foreign ? valid.problems.filter(({ at }) => at !== version.value.at) : valid.problems;
  const map = valid.node?.kind === 'map' ? valid.node : emptyMap(file);
  return { file, node: map, problems: [...problems, ...others] };
}
