/** `ds_${0..1}.t_order_${0..3}`: the data sources and tables that ShardingSphere's inline expressions stand for. */

export interface DataNodes {
  readonly nodes: number;
  readonly sources: number;
  /** Tables in one data source, where all have the same number. */
  readonly tables?: number;
}

const most = 100_000;

/** Undefined where an expression computes what it stands for. */
export function dataNodes(written: string): DataNodes | undefined {
  const nodes = new Set<string>();
  for (const segment of split(written)) {
    const names = expanded(segment);
    if (names === undefined || nodes.size + names.length > most) return undefined;
    for (const name of names) nodes.add(name);
  }
  const bySource = new Map<string, number>();
  for (const node of nodes) {
    const source = node.split('.')[0] ?? '';
    bySource.set(source, (bySource.get(source) ?? 0) + 1);
  }
  const [tables, ...others] = new Set(bySource.values());
  const even = tables !== undefined && others.length === 0;
  return nodes.size === 0 ? undefined : { nodes: nodes.size, sources: bySource.size, ...(even && { tables }) };
}

/** At commas outside braces and brackets. */
function split(written: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= written.length; at++) {
    const c = written[at];
    if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    else if (c === undefined || (c === ',' && depth <= 0)) {
      parts.push(written.slice(from, at).trim());
      from = at + 1;
    }
  }
  return parts.filter((part) => part !== '');
}

function expanded(segment: string): readonly string[] | undefined {
  let names = [''];
  for (const piece of segment.split(/(\$(?:->)?\{[^}]*\})/)) {
    const inner = /^\$(?:->)?\{([^}]*)\}$/.exec(piece)?.[1];
    const values = inner !== undefined ? valuesOf(inner.trim()) : /[${}]/.test(piece) ? undefined : [piece];
    if (values === undefined || names.length * values.length > most) return undefined;
    names = names.flatMap((name) => values.map((value) => name + value));
  }
  return names;
}

function valuesOf(inner: string): readonly string[] | undefined {
  const range = /^(\d+)\s*\.\.\s*(\d+)$/.exec(inner);
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    if (Math.abs(to - from) >= most) return undefined;
    return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => String(Math.min(from, to) + i));
  }
  const list = /^\[(.*)\]$/.exec(inner)?.[1];
  if (list === undefined) return undefined;
  const items = list.split(',').map((item) => item.trim().replace(/^(['"])(.*)\1$/, '$2'));
  return items.every((item) => /^[\w-]+$/.test(item)) ? items : undefined;
}
