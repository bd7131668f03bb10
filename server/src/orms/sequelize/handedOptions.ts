/** What a model's own method is handed and hands on to `init`: `static setup(options) { super.init({ … }, options) }`. */
import type { Flow } from '../../flow/flow';
import type { CallValue, HostFile } from '../../hosts/host';
import { isLiteral, objectIn, optionIn } from '../build/options';
import type { Defaults } from './models';

interface Calls {
  readonly file: HostFile;
  readonly flow: Flow;
  readonly calls: readonly CallValue[];
}

/** The static method that a call stands in. */
const methodAround = (file: HostFile, { span }: CallValue): string | undefined =>
  file.classes
    .flatMap(({ members }) => members)
    .find((member) => {
      const body = member.static && member.function !== undefined ? file.functions[member.function]?.span : undefined;
      return body !== undefined && body.start <= span.start && span.end <= body.end;
    })?.name;

const isInit = ({ callee }: CallValue): boolean => callee.kind === 'member' && callee.property === 'init';

const names = ['underscored', 'freezeTableName'] as const;

/**
 * By the method's name, since a loop over all classes calls it on none in particular. An option that one caller sets and
 * another one clears is left out.
 */
export const handedOptions = (files: readonly Calls[]): Defaults['handed'] => {
  const methods = new Set(
    files.flatMap(({ file, calls }) => calls.flatMap((call) => (isInit(call) ? (methodAround(file, call) ?? []) : []))),
  );
  const said = new Map<string, Set<string>>();
  for (const { flow, calls } of files)
    for (const { callee, args } of calls) {
      if (callee.kind !== 'member' || typeof callee.property !== 'string' || !methods.has(callee.property)) continue;
      for (const arg of args) {
        const options = objectIn(flow, [flow.ref(arg)]);
        for (const name of names) {
          const value = optionIn(options, name);
          const own = said.get(callee.property) ?? new Set();
          for (const is of [true, false])
            if (isLiteral(flow, value, is)) said.set(callee.property, own.add(`${name} ${is}`));
        }
      }
    }
  const isSet = (own: ReadonlySet<string>, name: (typeof names)[number]): boolean =>
    own.has(`${name} true`) && !own.has(`${name} false`);
  return new Map(
    [...said].map(([method, own]) => [
      method,
      { snake: isSet(own, 'underscored'), freeze: isSet(own, 'freezeTableName') },
    ]),
  );
};

/** The defaults of a model that is initialised by this call, whose own `settings` may be handed on. */
export const withHanded = (defaults: Defaults, file: HostFile, init: CallValue, isOpen: boolean): Defaults => {
  const method = isOpen && defaults.handed.size > 0 ? methodAround(file, init) : undefined;
  const given = method === undefined ? undefined : defaults.handed.get(method);
  return given === undefined
    ? defaults
    : { ...defaults, snake: defaults.snake || given.snake, freeze: defaults.freeze || given.freeze };
};
