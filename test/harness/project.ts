/** A project in memory, for tests of flow and ORM modules. */
import { flowOf, openLinker } from '../../server/src/flow/createFlow';
import type { Chain, Flow, Ref, Shape, Text } from '../../server/src/flow/flow';
import type { Linker } from '../../server/src/flow/linker';
import { openProject } from '../../server/src/flow/project';
import type { ReceiverPattern } from '../../server/src/flow/receivers';
import { type Site, sitesOf } from '../../server/src/flow/sites';
import type { HostFile } from '../../server/src/hosts/host';
import { hostOf } from '../../server/src/hosts/index';

export interface TestProject {
  readonly linker: Linker;
  file(path: string): HostFile;
  flow(path: string): Flow;
  sites(path: string): readonly Site[];
}

export const project = async (
  files: Readonly<Record<string, string>>,
  receivers: readonly ReceiverPattern[] = [],
): Promise<TestProject> => {
  const facts = new Map<string, HostFile>();
  for (const [path, text] of Object.entries(files)) {
    const reader = await hostOf(path)?.load(undefined as never);
    if (reader !== undefined) facts.set(path, reader.read(path, text));
  }
  const linker = openLinker(
    openProject({
      has: (path) => path in files,
      text: (path) => files[path],
      packages: () => Object.keys(files).filter((path) => /(^|\/)package\.json$/.test(path)),
      file: (path) => facts.get(path),
    }),
  );
  const file = (path: string): HostFile => {
    const found = facts.get(path);
    if (found === undefined) throw new Error(`no file ${path}`);
    return found;
  };
  return {
    linker,
    file,
    flow: (path) => flowOf(linker, file(path), receivers),
    sites: (path) => sitesOf(linker, file(path)),
  };
};

/** The first argument of the last `show(…)` in a file. */
export const shown = (opened: TestProject, path: string): Ref => {
  const site = opened.sites(path).findLast((s) => {
    const { value } = s;
    return value.kind === 'call' && value.callee.kind === 'name' && value.callee.name === 'show';
  });
  if (site?.value.kind !== 'call') throw new Error('no show(…)');
  return { value: site.value.args[0]!, file: site.file };
};

const when = (arms: readonly unknown[]): string => (arms.length === 0 ? '' : '?');

export const printChain = (flow: Flow, chain: Chain): string => {
  const { root } = chain;
  const args = (refs: readonly Ref[]): string => refs.map((ref) => flow.print(ref)).join(', ');
  const start =
    root.kind === 'package'
      ? `${root.module}#${root.name}`
      : root.kind === 'class'
        ? `class ${root.class.class.name}`
        : root.kind === 'function'
          ? `function ${root.function.function.name ?? ''}`
          : root.kind === 'global'
            ? `global ${root.name}`
            : root.kind === 'value'
              ? `value ${flow.print(root.ref)}`
              : root.kind === 'namespace'
                ? `namespace ${root.file.path}`
                : `unknown (${root.why})`;
  const steps = chain.steps.map((step): string => {
    const mark = `${when(step.when)}${step.discarded === true ? '!' : ''}`;
    switch (step.kind) {
      case 'member':
        return `${mark}.${step.name}`;
      case 'index':
        return `${mark}[${flow.print(step.key)}]`;
      case 'call':
        return `${mark}${step.name === '' ? '' : `.${step.name}`}(${args(step.args)})`;
      case 'new':
        return ` new(${args(step.args)})`;
      case 'tag':
        return `${step.name === '' ? '' : `.${step.name}`}\`\``;
      case 'instance':
        return ` instance${step.types.length > 0 ? `<${step.types.map((t) => t.type.name).join(', ')}>` : ''}`;
      case 'callback':
        return ` callback${step.argument}.${step.parameter}`;
      default:
        return ' item';
    }
  });
  return start + steps.join('');
};

export const printShape = (flow: Flow, shape: Shape): string => {
  const inner = (ref: Ref): string =>
    flow
      .shapes(ref)
      .map((s) => printShape(flow, s))
      .join(' | ');
  switch (shape.kind) {
    case 'literal':
      return typeof shape.value === 'string' ? `'${shape.value}'` : String(shape.value);
    case 'object': {
      const entries = shape.entries.map(
        (e) =>
          `${when(e.when)}${e.key ?? `[${e.computed === undefined ? '' : flow.print(e.computed)}]`}: ${inner(e.value)}`,
      );
      return `{ ${[...entries, ...(shape.open ? ['…'] : [])].join(', ')} }`;
    }
    case 'list': {
      const items = shape.items.map((i) => `${when(i.when)}${i.many ? '*' : ''}${inner(i.value)}`);
      return `[${[...items, ...(shape.open ? ['…'] : [])].join(', ')}]`;
    }
    case 'chain':
      return printChain(flow, shape.chain);
    case 'unknown':
      return `unknown ${shape.id.replace(/@[^@:]*:\d+/g, '')}`;
    case 'function':
      return `function ${shape.function.function.name ?? ''}`;
    case 'class':
      return `class ${shape.class.class.name}`;
    default:
      return `${shape.kind} ${flow.print(shape.ref)}`;
  }
};

export const printText = (flow: Flow, text: Text): string =>
  text.pieces.map((piece) => (piece.kind === 'text' ? piece.text : `\${${flow.print(piece.ref)}}`)).join('');
