/** Text and values among the arguments of a call that sends. */
import type { Flow, Ref } from '../../flow/flow';
import { type Driver, driversOf, lastStep, textTags } from './drivers';
import { type Pieces, plainPieces, templatePieces } from './fragments';
import { type Values, valuesOf } from './parameters';

/** Pieces of an argument: a tag's template, or plain text. `tagged`: the package whose tag made it. */
export const readText = (flow: Flow, ref: Ref): { readonly pieces: readonly Pieces[]; readonly tagged?: string } => {
  const tags = flow.chains(ref).flatMap((chain) => {
    const step = lastStep(chain);
    const { root } = chain;
    return step?.kind === 'tag' &&
      root.kind === 'package' &&
      (textTags.test(root.module) || driversOf(root.module).some((d) => d.tag !== undefined))
      ? [{ step, module: root.module }]
      : [];
  });
  const [tag] = tags;
  if (tag === undefined) return { pieces: rawText(flow, ref) ?? plainPieces(flow, ref) };
  return {
    pieces: tags.flatMap(({ step }) => templatePieces(flow, step.template, step.ref)).slice(0, 16),
    tagged: tag.module,
  };
};

/** `sql.raw('…')` as a whole statement. */
const rawText = (flow: Flow, ref: Ref): readonly Pieces[] | undefined => {
  const chain = flow.chain(ref);
  const step = lastStep(chain);
  if (
    chain.root.kind !== 'package' ||
    !textTags.test(chain.root.module) ||
    step?.kind !== 'call' ||
    step.name !== 'raw'
  )
    return undefined;
  const [text] = step.args;
  return text === undefined ? undefined : plainPieces(flow, text);
};

export interface Given {
  readonly text: Ref;
  readonly values: Values | undefined;
}

export const entryOf = (flow: Flow, ref: Ref, names: readonly string[]): Ref | undefined => {
  for (const shape of flow.shapes(ref)) {
    if (shape.kind !== 'object') continue;
    const entry = shape.entries.findLast((e) => e.key !== undefined && names.includes(e.key));
    if (entry !== undefined) return entry.value;
  }
  return undefined;
};

/**
 * `(text, values)`, `({ text, values })`, `(text, ...values)`, `(new Cursor(text))`. `source`: where an argument comes
 * from, for calls that are seen from one of their function's callers.
 */
export const givenIn = (
  flow: Flow,
  driver: Pick<Driver, 'text' | 'values'>,
  args: readonly Ref[],
  at: number | 'rest' | 'none',
  source: (ref: Ref) => Ref = (ref) => ref,
): Given | undefined => {
  const [text] = args;
  if (text === undefined) return undefined;
  const made = lastStep(flow.chain(text));
  if (made?.kind === 'new' && made.args[0] !== undefined && text.value.kind !== 'literal')
    return givenIn(flow, driver, made.args, 1, source);
  const valuesIn = (ref: Ref | undefined): Values | undefined =>
    ref === undefined ? undefined : valuesOf(flow, source(ref));
  const inside = driver.text === undefined ? undefined : entryOf(flow, text, driver.text);
  if (inside !== undefined)
    return { text: source(inside), values: valuesIn(entryOf(flow, text, driver.values ?? []) ?? args[1]) };
  if (at === 'none') return { text: source(text), values: undefined };
  if (at === 'rest') return { text: source(text), values: { kind: 'list', ref: text, items: args.slice(1) } };
  return { text: source(text), values: valuesIn(args[at]) };
};
