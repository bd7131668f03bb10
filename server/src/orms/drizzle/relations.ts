/** `relations(table, ({ one, many }) => …)` and `defineRelations(schema, (r) => …)`. */
import type { Flow, ObjectShape, Ref, Step } from '../../flow/flow';
import type { HostFile } from '../../hosts/host';
import type { Pair, Relation } from '../build/model';
import type { DrizzleTable, Relations } from './models';
import { madeIn, textOf } from './tables';

type CallStep = Step & { readonly kind: 'call' };

interface Draft {
  readonly relation: Relation;
  readonly from: string;
  readonly label: string | undefined;
  /** Where it has no name itself: whether it takes the side that comes back whatever name that has. */
  readonly takesAny: boolean;
}

export const relationsIn = (
  files: readonly HostFile[],
  flowOf: (file: HostFile) => Flow,
  tables: readonly DrizzleTable[],
): Relations => {
  const byKey = new Map(tables.map((table) => [table.model.name, table]));
  const drafts = files.flatMap((file) => {
    const flow = flowOf(file);
    return (file.functions[0]?.body ?? []).flatMap((statement): readonly Draft[] => {
      if (statement.kind !== 'declare' || statement.value === undefined) return [];
      const { root, steps } = flow.chain(flow.ref(statement.value));
      const call = steps[0];
      if (root.kind !== 'package' || call?.kind !== 'call' || steps.length !== 1) return [];
      if (root.name === 'relations') return first(flow, call, byKey);
      return /^defineRelations(?:Part)?$/.test(root.name) ? second(flow, call, tables) : [];
    });
  });
  const found = new Map<string, Relation[]>();
  for (const draft of drafts) {
    const relation = draft.relation.on.length > 0 ? draft.relation : { ...draft.relation, on: inverse(draft, drafts) };
    if (relation.on.length > 0) found.set(draft.from, [...(found.get(draft.from) ?? []), relation]);
  }
  return found;
};

/** A side without columns takes those of the other side. */
const inverse = ({ relation, from, label, takesAny }: Draft, drafts: readonly Draft[]): readonly Pair[] => {
  const back = drafts.find(
    (other) =>
      other.from === relation.target &&
      other.relation.target === from &&
      other.relation.on.length > 0 &&
      (other.label === label || (takesAny && label === undefined)) &&
      other.relation !== relation,
  );
  return (back?.relation.on ?? []).map(({ own, other }) => ({ own: other, other: own }));
};

const first = (flow: Flow, call: CallStep, byKey: ReadonlyMap<string, DrizzleTable>): readonly Draft[] => {
  const [table, fn] = call.args;
  const from = tableKey(flow, table);
  const [shape] = fn === undefined ? [] : flow.shapes(fn);
  if (from === undefined || shape?.kind !== 'function') return [];
  return flow.callback(shape.function).returns.flatMap(({ value }) =>
    objects(flow, value).flatMap((object) =>
      object.entries.flatMap(({ key, value: made, keySpan, file }): readonly Draft[] => {
        const { value: host } = made;
        if (host.kind !== 'call' || key === undefined) return [];
        const { callee } = host;
        const kind = callee.kind === 'name' ? callee.name : callee.kind === 'member' ? callee.property : '';
        const [target, options] = host.args.map((arg) => ({ ...made, value: arg }));
        const to = tableKey(flow, target);
        if ((kind !== 'one' && kind !== 'many') || to === undefined) return [];
        const [said] = options === undefined ? [] : objects(flow, options);
        const own = columns(flow, entry(said, 'fields'), byKey);
        const other = columns(flow, entry(said, 'references'), byKey);
        return [
          {
            from,
            label: textOf(flow, entry(said, 'relationName')),
            takesAny: true,
            relation: {
              name: key,
              target: to,
              many: kind === 'many',
              on: own.flatMap((column, i) => (other[i] === undefined ? [] : [{ own: column, other: other[i] }])),
              owns: own.length > 0,
              logical: true,
              at: { file: file.path, span: keySpan },
            },
          },
        ];
      }),
    ),
  );
};

/** `{ users: { posts: r.many.posts({ from: r.users.id, to: r.posts.authorId }) } }`. */
const second = (flow: Flow, call: CallStep, tables: readonly DrizzleTable[]): readonly Draft[] => {
  const [, fn] = call.args;
  const [shape] = fn === undefined ? [] : flow.shapes(fn);
  if (shape?.kind !== 'function') return [];
  const named = (name: string): DrizzleTable | undefined => tables.find((table) => table.name === name);
  const column = (
    ref: Ref,
  ):
    | { readonly column: string; readonly link?: { readonly table: DrizzleTable; readonly column: string } }
    | undefined => {
    const steps = flow.chain(ref).steps;
    const through = steps.find((step): step is CallStep => step.kind === 'call' && step.name === 'through');
    const [table, field] = steps.flatMap((step) => (step.kind === 'member' ? [step.name] : []));
    const own = named(table ?? '')?.model.fields.get(field ?? '')?.column;
    if (own === undefined) return undefined;
    const [over] = through?.args ?? [];
    const [linkTable, linkField] =
      over === undefined ? [] : flow.chain(over).steps.flatMap((step) => (step.kind === 'member' ? [step.name] : []));
    const link = named(linkTable ?? '');
    const linkColumn = link?.model.fields.get(linkField ?? '')?.column;
    return link !== undefined && linkColumn !== undefined
      ? { column: own, link: { table: link, column: linkColumn } }
      : { column: own };
  };
  const list = (ref: Ref | undefined) => {
    if (ref === undefined) return [];
    const [one] = flow.shapes(ref);
    const refs = one?.kind === 'list' ? one.items.map((item) => item.value) : [ref];
    return refs.flatMap((item) => column(item) ?? []);
  };
  return flow.callback(shape.function).returns.flatMap(({ value }) =>
    objects(flow, value).flatMap((whole) =>
      whole.entries.flatMap((table) => {
        const from = named(table.key ?? '');
        if (from === undefined) return [];
        return objects(flow, table.value).flatMap((object) =>
          object.entries.flatMap(({ key, value: made, keySpan, file }): readonly Draft[] => {
            const steps = flow.chain(made).steps;
            const last = steps.at(-1);
            const kind = steps.find((step) => step.kind === 'member');
            const target = last?.kind === 'call' ? named(last.name) : undefined;
            if (key === undefined || target === undefined || last?.kind !== 'call' || kind?.kind !== 'member')
              return [];
            const [said] = last.args[0] === undefined ? [] : objects(flow, last.args[0]);
            const [own, other] = [list(entry(said, 'from')), list(entry(said, 'to'))];
            const link = own[0]?.link;
            const back = other[0]?.link;
            const base = {
              name: key,
              target: target.model.name,
              many: kind.name === 'many',
              owns: false,
              logical: true,
              at: { file: file.path, span: keySpan },
            };
            const relation: Relation =
              link !== undefined && back !== undefined && own[0] !== undefined && other[0] !== undefined
                ? {
                    ...base,
                    on: [{ own: own[0].column, other: link.column }],
                    through: { table: link.table.model.table, on: [{ own: back.column, other: other[0].column }] },
                  }
                : {
                    ...base,
                    on: own.flatMap(({ column: name }, i) =>
                      other[i] === undefined ? [] : [{ own: name, other: other[i].column }],
                    ),
                  };
            return [{ from: from.model.name, label: textOf(flow, entry(said, 'alias')), takesAny: false, relation }];
          }),
        );
      }),
    ),
  );
};

const objects = (flow: Flow, ref: Ref): readonly ObjectShape[] =>
  flow.shapes(ref).flatMap((shape) => (shape.kind === 'object' ? [shape] : []));

const entry = (shape: ObjectShape | undefined, key: string): Ref | undefined =>
  shape?.entries.findLast((one) => one.key === key)?.value;

const tableKey = (flow: Flow, ref: Ref | undefined): string | undefined =>
  ref === undefined ? undefined : madeIn(flow.chain(ref))?.key;

const columns = (flow: Flow, ref: Ref | undefined, byKey: ReadonlyMap<string, DrizzleTable>): readonly string[] => {
  const [shape] = ref === undefined ? [] : flow.shapes(ref);
  if (shape?.kind !== 'list') return [];
  return shape.items.flatMap((item) => {
    const chain = flow.chain(item.value);
    const made = madeIn(chain);
    const member = made === undefined ? undefined : chain.steps[made.index + 1];
    if (made === undefined || member?.kind !== 'member') return [];
    return [byKey.get(made.key)?.model.fields.get(member.name)?.column ?? member.name];
  });
};
