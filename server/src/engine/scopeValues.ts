/** Expressions that hold a column's value where a statement stands, the likeliest first. */
import type { Flow } from '../flow/flow';
import { printValue } from '../flow/print';
import { indexed } from '../flow/project';
import { visibleNames } from '../flow/visible';
import type { Func, HostFile, TypeRef, Value } from '../hosts/host';
import { contains, type Span } from '../text/span';

/** How deep a member of a parameter is looked for by types: `req.user.tenantId`. */
const typeDepth = 3;
const shown = 3;

export interface Sought {
  readonly column: string;
  /** Physical name of the table, for keys that are called `id`. */
  readonly table: string;
  /** What the model calls the column. */
  readonly property?: string;
}

/** Variables and parameters by the column's name, then members of them that are written or declared: `ctx.tenantId`. */
export function valuesInScope(host: HostFile, at: Span, sought: Sought, flow: Flow | undefined): readonly string[] {
  const names = spellings(sought);
  const visible = visibleNames(host, at);
  const around = host.functions.filter((func) => func.id !== 0 && contains(func.span, at));
  const written = membersWritten(host, names, visible, around);
  const typed = flow ? [...membersTyped(flow, host, names, around), ...membersOfThis(host, names, at)] : [];
  return [...new Set([...names.filter((name) => visible.has(name)), ...written, ...typed])].slice(0, shown);
}

/** `tenant_id` → tenantId, tenant_id; `id` of `tenants` → tenantId, too. */
function spellings({ column, table, property }: Sought): readonly string[] {
  const camel = (text: string) => text.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (column.toLowerCase() !== 'id')
    return [...new Set([...(property === undefined ? [] : [property]), column, camel(column)])];
  const one = camel((table.split('.').pop() ?? table).replace(/ies$/, 'y').replace(/s$/, ''));
  const lower = `${one.charAt(0).toLowerCase()}${one.slice(1)}`;
  return [...new Set([`${lower}Id`, `${one}_id`])];
}

const memberText = /^(?:this|[A-Za-z_$][\w$]*)(?:\.[A-Za-z_$][\w$]*)+$/;

/** Members that this or another function of the file names; of what stands in another function, parameters of the same name. */
function membersWritten(
  host: HostFile,
  names: readonly string[],
  visible: ReadonlySet<string>,
  around: readonly Func[],
): readonly string[] {
  const inside: string[] = [];
  const elsewhere: string[] = [];
  const owner = (func: Func | undefined): number | undefined => func?.class;
  const classes = new Set(around.flatMap((func) => owner(func) ?? []));
  const parameters = new Set(
    around.flatMap(({ params }) => params.flatMap(({ pattern }) => (pattern.kind === 'name' ? [pattern.name] : []))),
  );
  const add = (value: Value): void => {
    const text = printValue(value);
    const [root = ''] = text.split('.');
    if (!memberText.test(text)) return;
    const func = around.find(({ span }) => contains(span, value.span));
    if (root === 'this') {
      const holder = host.classes.find(({ span }) => contains(span, value.span));
      if (holder && classes.has(holder.id)) inside.push(text);
    } else if (func && visible.has(root)) inside.push(text);
    else if (parameters.has(root)) elsewhere.push(text);
  };
  const { members } = indexed(host);
  const named = [
    ...[...new Set(names)].flatMap((name) => members.get(name) ?? []),
    ...(members.get('id') ?? []).filter((value) => isIdOf(value, names)),
  ];
  for (const value of named.sort((a, b) => a.span.start - b.span.start)) add(value);
  return [...new Set([...inside, ...elsewhere])];
}

/** `tenant.id`, `ctx.tenant.id` for a column `tenant_id`. */
function isIdOf(value: Value, names: readonly string[]): boolean {
  const object = value.kind === 'member' ? value.object : undefined;
  const of = object?.kind === 'name' ? object.name : object?.kind === 'member' ? object.property : undefined;
  return typeof of === 'string' && (names.includes(`${of}Id`) || names.includes(`${of}_id`));
}

/** Members that the types of parameters declare. */
function membersTyped(
  flow: Flow,
  host: HostFile,
  names: readonly string[],
  around: readonly Func[],
): readonly string[] {
  const found: string[] = [];
  const look = (path: string, type: TypeRef, file: HostFile, depth: number): void => {
    const of = flow.classOf({ type, file });
    if (of) {
      for (const name of names) {
        const member = flow.member(of, name, false)?.member;
        if (member && (member.kind === 'property' || member.kind === 'getter')) found.push(`${path}.${name}`);
      }
      return;
    }
    const { root } = flow.typed(type, file);
    const known = root.kind === 'unknown' ? root.type : undefined;
    for (const { name, type: inner, optional } of known?.type.members ?? []) {
      if (optional || !/^[A-Za-z_$][\w$]*$/.test(name)) continue;
      if (names.includes(name)) found.push(`${path}.${name}`);
      else if (known && depth < typeDepth && inner.name !== '=>') look(`${path}.${name}`, inner, known.file, depth + 1);
    }
  };
  for (const { params } of around.toReversed())
    for (const { pattern, type } of params) if (pattern.kind === 'name' && type) look(pattern.name, type, host, 1);
  return found.sort((a, b) => a.split('.').length - b.split('.').length);
}

/** Properties of the class around, those that its constructor declares among them. */
function membersOfThis(host: HostFile, names: readonly string[], at: Span): readonly string[] {
  const owner = host.classes.find(({ span }) => contains(span, at));
  // In a static member, `this` is the class.
  if (owner?.members.some((member) => member.static && contains(member.span, at))) return [];
  const known = (owner?.members ?? []).flatMap(({ name, kind, static: isStatic, function: id }) => {
    if (kind === 'constructor')
      return (host.functions[id ?? -1]?.params ?? []).flatMap(({ member, pattern }) =>
        member && pattern.kind === 'name' ? [pattern.name] : [],
      );
    return !isStatic && (kind === 'property' || kind === 'getter') ? [name] : [];
  });
  return names.filter((name) => known.includes(name)).map((name) => `this.${name}`);
}
