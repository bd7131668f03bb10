/** What is asked of a file's values: scopes, bindings, mentions, branches, parents and sites. Depends on that file alone. */
import type { CallValue, HostFile, MemberValue, Pattern, Template, Value } from '../hosts/host';
import { type Binding, lookup, type Scope } from './bindings';
import type { ArmNode } from './branches';
import { type Assignment, gathering, type NameValue, type Place, type Returned } from './gathered';
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
  for (const value of gathered.names) bindingOf(value)?.mentions.push({ value, arm: places.get(value)?.arm });
  for (const { name, scope, write: found } of gathered.writes) lookup(scope, name)?.writes.push(found);
  for (const binding of gathered.bindings) {
    binding.writes.sort((a, b) => a.at - b.at);
    binding.mentions.sort((a, b) => a.value.span.start - b.value.span.start);
  }
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
    sites: sites.sort((a, b) => a.span.end - b.span.end || a.span.start - b.span.start),
    members,
    assigned,
    functionValues,
    functionScopes,
  };
};
