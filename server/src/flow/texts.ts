/** What text a value may be: literal pieces with their place, and holes for what is not text that can be read. */
import { type CallValue, stringMap, type Value } from '../hosts/host';
import type { Span } from '../text/span';
import { type Alternative, assign, bounded } from './alternatives';
import type { Binding } from './bindings';
import { chainsOf } from './chains';
import { flowLimits, type Piece, type Ref, type Text } from './flow';
import {
  answersFor,
  armsOf,
  bare,
  bindingOf,
  frameOf,
  indexOf,
  type Linker,
  once,
  part,
  refIn,
  within,
} from './linker';
import { shapesOf } from './shapes';
import { taken } from './taken';

type Instead = ReadonlyMap<Binding, readonly Text[]>;

const hole = (ref: Ref, anchor: Span = ref.value.span): Text => ({ pieces: [{ kind: 'hole', ref, anchor, when: [] }] });

const empty: Text = { pieces: [] };

/** Every text of the first followed by every text of the second, as far as the bound goes. */
const product = (before: readonly Text[], after: readonly Text[]): readonly Text[] => {
  if (before.length * after.length > flowLimits.alternatives) {
    const [first] = after;
    return first === undefined ? before : before.map((text) => ({ pieces: [...text.pieces, ...first.pieces] }));
  }
  return before.flatMap((a) => after.map((b) => ({ pieces: [...a.pieces, ...b.pieces] })));
};

/** Pieces that stand in another file come in where this file names them. */
const anchored = (texts: readonly Text[], ref: Ref, anchor: Span): readonly Text[] =>
  texts.map((text) => ({
    pieces: text.pieces.map((piece) =>
      (piece.kind === 'text' ? piece.file : piece.ref.file) === ref.file ? piece : { ...piece, anchor },
    ),
  }));

export const textsOf = (linker: Linker, ref: Ref, instead?: Instead): readonly Text[] => {
  const answer = (): readonly Text[] => anchored(bounded(read(linker, ref, instead)), ref, ref.value.span);
  const otherwise = (): readonly Text[] => [hole(ref)];
  return instead === undefined
    ? once(linker, answersFor(linker, ref).texts, ref, answer, otherwise)
    : within(linker, answer, otherwise);
};

const read = (linker: Linker, ref: Ref, instead: Instead | undefined): readonly Text[] => {
  const { value, file } = ref;
  const inner = (v: Value): readonly Text[] => textsOf(linker, part(ref, v), instead);
  switch (value.kind) {
    case 'literal': {
      if (typeof value.value === 'string') {
        const piece: Piece = {
          kind: 'text',
          text: value.value,
          map: stringMap(value),
          file,
          anchor: value.span,
          when: [],
        };
        return [value.value === '' ? empty : { pieces: [piece] }];
      }
      return [hole(ref)];
    }
    case 'template':
      if (value.tag !== undefined && !isRaw(value.tag)) return [hole(ref)];
      return value.parts.reduce<readonly Text[]>(
        (texts, at) => {
          if (at.kind === 'text') {
            const piece: Piece = { kind: 'text', text: at.text, map: at.map, file, anchor: at.span, when: [] };
            return product(texts, [{ pieces: [piece] }]);
          }
          return product(texts, holeTexts(linker, part(ref, at.value), at.span, instead));
        },
        [empty],
      );
    case 'binary':
      if (value.op === '+')
        return product(
          operand(linker, part(ref, value.left), instead),
          operand(linker, part(ref, value.right), instead),
        );
      if (value.op === '??' || value.op === '||') return [...inner(value.left), ...inner(value.right)];
      if (value.op === '&&') return [...inner(value.right), empty];
      return [hole(ref)];
    case 'conditional':
      return taken(linker, ref, value).flatMap((arm) => textsOf(linker, arm, instead));
    case 'await':
    case 'assign':
      return inner(value.value);
    case 'name':
      return nameTexts(linker, ref, instead);
    case 'call':
      return builtIn(linker, ref, value, instead) ?? behind(linker, ref);
    case 'member':
      return behind(linker, ref);
    default:
      return [hole(ref)];
  }
};

const isRaw = (tag: Value): boolean =>
  tag.kind === 'member' && tag.property === 'raw' && tag.object.kind === 'name' && tag.object.name === 'String';

const operand = (linker: Linker, ref: Ref, instead: Instead | undefined): readonly Text[] =>
  holeTexts(linker, ref, ref.value.span, instead);

/** A hole whose value is text that can be read is that text; numbers too. */
const holeTexts = (linker: Linker, ref: Ref, anchor: Span, instead: Instead | undefined): readonly Text[] => {
  const value = bare(ref.value);
  if (value.kind === 'literal' && typeof value.value === 'number') {
    const text = String(value.value);
    const segment = {
      kind: 'hole',
      gen: 0,
      len: text.length,
      src: anchor.start,
      srcLen: anchor.end - anchor.start,
      literal: 'none',
    } as const;
    return [
      {
        pieces: [
          { kind: 'text', text, map: { segments: [segment], at: anchor.start }, file: ref.file, anchor, when: [] },
        ],
      },
    ];
  }
  const texts = textsOf(linker, ref, instead);
  return texts.map((text) => {
    const [only] = text.pieces;
    return text.pieces.length === 1 && only?.kind === 'hole' && only.ref.value === ref.value
      ? hole(ref, anchor)
      : { pieces: text.pieces.map((p) => ({ ...p, anchor: p.anchor === ref.value.span ? anchor : p.anchor })) };
  });
};

/** Members and calls of the project: what stands behind them, where it is text. */
const behind = (linker: Linker, ref: Ref): readonly Text[] => {
  const found = chainsOf(linker, ref).map((chain): readonly Text[] => {
    if (chain.root.kind !== 'value' || chain.steps.length > 0 || chain.root.ref.value === ref.value) return [hole(ref)];
    const texts = textsOf(linker, chain.root.ref);
    return texts.every((text) => text.pieces.some((p) => p.kind === 'text')) || isEmptyText(texts)
      ? texts
      : [hole(ref)];
  });
  const texts = found.flat();
  return texts.length === 0 ? [hole(ref)] : texts;
};

const isEmptyText = (texts: readonly Text[]): boolean => texts.every((text) => text.pieces.length === 0);

const same = new Set(['trim', 'trimStart', 'trimEnd', 'toString', 'valueOf']);

const builtIn = (
  linker: Linker,
  ref: Ref,
  call: CallValue,
  instead: Instead | undefined,
): readonly Text[] | undefined => {
  const callee = bare(call.callee);
  if (callee.kind !== 'member' || typeof callee.property !== 'string') return undefined;
  const object = part(ref, callee.object);
  if (same.has(callee.property) && call.args.length === 0) {
    const texts = textsOf(linker, object, instead);
    return texts.some((text) => text.pieces.some((p) => p.kind === 'text')) ? texts : undefined;
  }
  if (callee.property === 'concat') {
    const texts = textsOf(linker, object, instead);
    if (!texts.some((text) => text.pieces.some((p) => p.kind === 'text'))) return undefined;
    return call.args.reduce<readonly Text[]>(
      (all, arg) => product(all, operand(linker, part(ref, arg), instead)),
      texts,
    );
  }
  if (callee.property !== 'join') return undefined;
  const shapes = shapesOf(linker, object);
  const [list] = shapes;
  if (shapes.length !== 1 || list?.kind !== 'list' || list.open) return undefined;
  const [glue] = call.args;
  const separators = glue === undefined ? [empty] : textsOf(linker, part(ref, glue), instead);
  let texts: readonly Text[] = [empty];
  for (const { value, when, many } of list.items) {
    const item = many ? [hole(value)] : operand(linker, value, instead);
    const first = texts.every((t) => t.pieces.length === 0);
    const added = first ? item : product(separators, item);
    texts = when.length > 0 ? bounded([...product(texts, added), ...texts]) : product(texts, added);
  }
  return texts;
};

// ── variables ───────────────────────────────────────────────────────────────────────────────────────────────────

const nameTexts = (linker: Linker, ref: Ref, instead: Instead | undefined): readonly Text[] => {
  const binding = bindingOf(linker, ref);
  if (binding === undefined) return [hole(ref)];
  const given = instead?.get(binding);
  if (given !== undefined) return given;
  const place = indexOf(linker, ref.file).place(ref.value);
  const before = place?.function === binding.function ? ref.value.span.start : Number.POSITIVE_INFINITY;
  const declared = declaredTexts(linker, binding, ref);
  if (binding.writes.length === 0) return isText(declared) ? declared : [hole(ref)];
  let held: readonly Alternative<Text>[] = declared.map((value) => ({ value, arms: [] }));
  for (const write of binding.writes) {
    if (write.at >= before) break;
    const arms = armsOf(binding.file, write.arm, place?.arm);
    if (arms === undefined) continue;
    const current = held.map((a) => a.value);
    const value = refIn(binding.file, write.value, ref.frame);
    const texts = textsOf(linker, value, new Map(instead).set(binding, current));
    if (write.op === '+=') {
      const many = arms.some((arm) => arm.many);
      const more = product(current, many ? [hole(value)] : texts);
      held = bounded([...more, ...(arms.length > 0 ? current : [])]).map((text) => ({ value: text, arms: [] }));
    } else held = assign(held, texts, arms);
  }
  const texts = held.map((a) => a.value);
  return isText(texts) ? texts : [hole(ref)];
};

const isText = (texts: readonly Text[]): boolean =>
  texts.some((text) => text.pieces.some((piece) => piece.kind === 'text')) || isEmptyText(texts);

const declaredTexts = (linker: Linker, binding: Binding, ref: Ref): readonly Text[] => {
  const { declared, file } = binding;
  if (declared.kind === 'value' && declared.path.length === 0) {
    return declared.value === undefined ? [empty] : textsOf(linker, refIn(file, declared.value, ref.frame));
  }
  if (declared.kind === 'param' && declared.path.length === 0 && !declared.parameter.rest) {
    const frame = frameOf(ref, file, declared.function);
    const arg = frame?.args[declared.index];
    if (arg !== undefined) return textsOf(linker, arg);
    if (frame !== undefined && declared.parameter.default !== undefined) {
      return textsOf(linker, refIn(file, declared.parameter.default, ref.frame));
    }
    return [hole(ref)];
  }
  return behind(linker, ref);
};
