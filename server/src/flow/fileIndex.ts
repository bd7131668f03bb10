/** What is asked of a file's values: scopes, bindings, mentions, branches, parents and sites. Depends on that file alone. */
import type { EditedFile } from '../hosts/editedFile';
import type { CallValue, HostFile, MemberValue, Pattern, Template, Value } from '../hosts/host';
import { contains, type Span } from '../text/span';
import { type Binding, lookup, type Scope } from './bindings';
import type { ArmNode } from './branches';
import { type Assignment, type Gathered, gathering, type NameValue, type Place, type Returned } from './gathered';
import { declare, walkBody, walkValue } from './walk';

export interface FileIndex {
  readonly file: HostFile;
  readonly module: Scope;
  place(value: Value): Place | undefined;
  /** Undefined for names that nothing in the file declares. */
  binding(name: Value): Binding | undefined;
  readonly bindings: readonly Binding[];
  /** By function id. */
  readonly returns: readonly (readonly Returned[])[];
  /** Branches in which the function returns, by its id. */
  readonly leaving: readonly (readonly ArmNode[])[];
  readonly thisIn: ReadonlyMap<number, readonly { readonly value: Value; readonly arm: ArmNode | undefined }[]>;
  /** All calls and tagged templates in source order, inner receivers first. */
  readonly sites: readonly (CallValue | Template)[];
  /** By the name that is asked for: `tenantId` of `ctx.tenantId`. */
  readonly members: ReadonlyMap<string, readonly MemberValue[]>;
  /** All assignments to members, in source order. */
  readonly assigned: readonly Assignment[];
  /** The value that is this function (undefined for declarations and methods). */
  readonly functionValues: ReadonlyMap<number, Value>;
  /** Scope of the function's parameters. */
  readonly functionScopes: ReadonlyMap<number, Scope>;
}

/**
 * The index of a file of which a stretch was read anew, over that of the file before. Names around the stretch are as they were:
 * what it says of them is not noted with them.
 */
export const indexStretch = (before: FileIndex, { file, stretch, place }: EditedFile): FileIndex => {
  const stays = [...before.module.names].filter(([, { span }]) => place(span) !== undefined);
  const module: Scope = { parent: undefined, function: 0, names: new Map(stays) };
  const gathered = gathering(file, module);
  const here: Place = { parent: undefined, function: 0, arm: undefined, scope: module };
  const isNew = ({ span }: { readonly span: Span }): boolean => contains(stretch, span);
  walkBody(gathered, (file.functions[0]?.body ?? []).filter(isNew), here, module);
  for (const exported of file.exports)
    if (exported.kind === 'value' && isNew(exported.value) && !gathered.places.has(exported.value))
      walkValue(gathered, exported.value, here);
  const { places, bindings } = gathered;
  const own = new Set(bindings);
  noted(gathered, (binding) => own.has(binding));
  const members = new Map(before.members);
  for (const [name, some] of gathered.members) members.set(name, [...(before.members.get(name) ?? []), ...some]);
  const count = before.returns.length;
  return {
    file,
    module,
    place: (value) => places.get(value) ?? before.place(value),
    binding: (name) =>
      name.kind === 'name' && places.has(name) ? lookup(places.get(name)?.scope, name.name) : before.binding(name),
    bindings: [...before.bindings, ...bindings],
    returns: [...before.returns, ...gathered.returns.slice(count)],
    leaving: [...before.leaving, ...gathered.leaving.slice(count)],
    thisIn: new Map([...before.thisIn, ...gathered.thisIn]),
    sites: [...before.sites, ...inOrder(gathered.sites)],
    members,
    assigned: [...before.assigned, ...gathered.assigned],
    functionValues: new Map([...before.functionValues, ...gathered.functionValues]),
    functionScopes: new Map([...before.functionScopes, ...gathered.functionScopes]),
  };
};

/** Writes and mentions, with the names that they are of. */
const noted = ({ places, names, writes, bindings }: Gathered, isWanted: (binding: Binding) => boolean): void => {
  const take = (binding: Binding | undefined): Binding | undefined =>
    binding && (isWanted(binding) ? binding : undefined);
  for (const value of names) {
    const place = places.get(value);
    take(lookup(place?.scope, value.name))?.mentions.push({ value, arm: place?.arm });
  }
  for (const { name, scope, write: found } of writes) take(lookup(scope, name))?.writes.push(found);
  for (const binding of bindings) {
    binding.writes.sort((a, b) => a.at - b.at);
    binding.mentions.sort((a, b) => a.value.span.start - b.value.span.start);
  }
};

const inOrder = (sites: FileIndex['sites'][number][]): FileIndex['sites'] =>
  sites.sort((a, b) => a.span.end - b.span.end || a.span.start - b.span.start);

export const indexFile = (file: HostFile): FileIndex => {
  const module: Scope = { parent: undefined, function: 0, names: new Map() };
  const gathered = gathering(file, module);
  const here: Place = { parent: undefined, function: 0, arm: undefined, scope: module };
  for (const imported of file.imports) {
    const pattern: Pattern = { kind: 'name', name: imported.local, span: imported.span };
    declare(gathered, here, pattern, true, () => ({ kind: 'import', import: imported }));
  }
  walkBody(gathered, file.functions[0]?.body ?? [], here, module);
  for (const exported of file.exports) {
    // Most exported values stand in statements too; `export default <expression>` stands nowhere else.
    if (exported.kind === 'value' && !gathered.places.has(exported.value)) walkValue(gathered, exported.value, here);
  }
  const { places } = gathered;
  const bindingOf = (name: NameValue): Binding | undefined => lookup(places.get(name)?.scope, name.name);
  noted(gathered, () => true);
  // The walk itself is not kept: what it gathered on the way is as large as the index.
  const { bindings, returns, leaving, thisIn, sites, members, assigned, functionValues, functionScopes } = gathered;
  return {
    file,
    module,
    place: (value) => places.get(value),
    binding: (name) => (name.kind === 'name' ? bindingOf(name) : undefined),
    bindings,
    returns,
    leaving,
    thisIn,
    sites: inOrder(sites),
    members,
    assigned,
    functionValues,
    functionScopes,
  };
};
