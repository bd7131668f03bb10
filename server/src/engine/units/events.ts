/** Functions that handle what others announce: events, commands and jobs, by a key that both sides name. */
import { calleeName } from '../../flow/course';
import type { FileIndex } from '../../flow/fileIndex';
import type { Flow } from '../../flow/flow';
import type { CallValue, Value } from '../../hosts/host';
import type { Hopped } from '../../rules/unit';

/** `file` and `function` as in `HostFile.path` and `Func.id`. */
export interface Handler {
  readonly key: string;
  readonly file: string;
  readonly function: number;
}

export interface Announced extends Hopped {
  readonly keys: readonly string[];
}

/** Events that streams, sockets and processes send by themselves, whoever emits others of that name. */
const ordinary =
  /^(?:data|error|end|close|finish|open|ready|message|connect|connection|disconnect|drain|exit|readable|pause|resume|abort|change|update|log)$/;

/** Emitters whose other end is another process. */
const remote = /(?:socket|^io|^ws|channel|process|page|window|worker|port|stream|client|server|redis)/i;

const emits: readonly string[] = ['emit', 'emitAsync'];

/** Of NestJS's buses. */
const publishes: readonly string[] = ['publish', 'execute'];

/** Names of the calls that these handlers may run by. */
export const announcementsTo = (handlers: readonly Handler[]): readonly string[] => [
  ...(handlers.some(({ key }) => /^(?:event|on):/.test(key)) ? emits : []),
  ...(handlers.some(({ key }) => key.startsWith('class:')) ? publishes : []),
];

const registers =
  /@(?:OnEvent|EventsHandler|CommandHandler|QueryHandler|Processor)\b|\.(?:on|once|addListener|process)\s*\(|\bnew\s+Worker\b/;

/** Whether a text may register what `handlersIn` finds. */
export const mayHandle = (text: string): boolean => registers.test(text);

/** In one file; the functions may stand in others. */
export function handlersIn(index: FileIndex, flow: Flow): readonly Handler[] {
  return [...byClass(index, flow), ...byCall(index, flow)];
}

function byClass({ file }: FileIndex, flow: Flow): readonly Handler[] {
  return file.classes.flatMap(({ decorators, members }) => {
    const methods = members.flatMap(({ name, function: id, decorators: own }) =>
      id === undefined ? [] : [{ name, id, own }],
    );
    const named = (...names: readonly string[]): readonly number[] =>
      methods.flatMap(({ name, id }) => (names.includes(name) ? [id] : []));
    const of = (keys: readonly string[], functions: readonly number[]): readonly Handler[] =>
      keys.flatMap((key) => functions.map((id) => ({ key, file: file.path, function: id })));
    const onClass = decorators.flatMap((decorator) => {
      const { name, args } = decoratorOf(decorator);
      if (/^(?:EventsHandler|CommandHandler|QueryHandler)$/.test(name))
        return of(
          args.flatMap((arg) => (arg.kind === 'name' ? [`class:${arg.name}`] : [])),
          named('handle', 'execute'),
        );
      if (name !== 'Processor') return [];
      const queue = textOf(args[0], flow);
      const marked = methods.filter(({ own }) => own.some((one) => decoratorOf(one).name === 'Process'));
      return queue === undefined ? [] : of([`queue:${queue}`], [...named('process'), ...marked.map(({ id }) => id)]);
    });
    const onMethods = methods.flatMap(({ id, own }) =>
      own.flatMap((decorator) => {
        const { name, args } = decoratorOf(decorator);
        const event = name === 'OnEvent' ? textOf(args[0], flow) : undefined;
        return event === undefined ? [] : of([`event:${event}`], [id]);
      }),
    );
    return [...onClass, ...onMethods];
  });
}

const decoratorOf = (value: Value): { readonly name: string; readonly args: readonly Value[] } =>
  value.kind === 'call' ? { name: calleeName(value.callee) ?? '', args: value.args } : { name: '', args: [] };

function byCall({ sites }: FileIndex, flow: Flow): readonly Handler[] {
  return sites.flatMap((site): readonly Handler[] => {
    if (site.kind !== 'call') return [];
    const name = calleeName(site.callee);
    const key = name === undefined ? undefined : listenedTo(site, name, flow);
    const handler = key === undefined ? undefined : site.args.findLast(({ kind }) => kind !== 'object');
    const { root, steps } = handler === undefined ? { root: undefined, steps: [] } : flow.chain(flow.ref(handler));
    if (key === undefined || root?.kind !== 'function' || steps.length > 0) return [];
    const { file, function: func } = root.function;
    return [{ key, file: file.path, function: func.id }];
  });
}

/** `events.on('order.created', …)`, `new Worker('emails', …)`, `emails.process(…)`. */
function listenedTo(site: CallValue, name: string, flow: Flow): string | undefined {
  const [first] = site.args;
  if (site.isNew) {
    const queue = name === 'Worker' ? textOf(first, flow) : undefined;
    return queue === undefined ? undefined : `queue:${queue}`;
  }
  if (/^(?:on|once|addListener)$/.test(name)) {
    const emitter = emitterOf(site, flow);
    const event = emitter === undefined ? undefined : textOf(first, flow);
    return event === undefined || ordinary.test(event) ? undefined : `on:${emitter}:${event}`;
  }
  const queue = name === 'process' ? queueOf(site, flow) : undefined;
  return queue === undefined ? undefined : `queue:${queue}`;
}

/** Undefined: it announces nothing that a function of the workspace may handle. */
export function announcedBy(call: CallValue, name: string, flow: Flow): Announced | undefined {
  const [first] = call.args;
  if (call.isNew || first === undefined) return undefined;
  if (emits.includes(name)) {
    const event = textOf(first, flow);
    const emitter = emitterOf(call, flow);
    if (event === undefined || emitter === undefined) return undefined;
    return {
      how: 'event',
      name: event.startsWith('~') ? event.slice(1) : event,
      keys: [
        ...(isNodes(call, flow) ? [] : [`event:${event}`]),
        ...(ordinary.test(event) ? [] : [`on:${emitter}:${event}`]),
      ],
    };
  }
  const made = first.kind === 'call' && first.isNew ? calleeName(first.callee) : undefined;
  if (!publishes.includes(name) || made === undefined) return undefined;
  return { how: 'event', name: made, keys: [`class:${made}`] };
}

/** A job that is sent over a queue of that name. */
export function queuedBy(call: CallValue, flow: Flow): Announced | undefined {
  const queue = queueOf(call, flow);
  return queue === undefined ? undefined : { how: 'queue', name: queue, keys: [`queue:${queue}`] };
}

/** Node's own emitters have no handlers by decorator. */
const isNodes = ({ callee }: CallValue, flow: Flow): boolean => {
  const root = callee.kind === 'member' ? flow.chain(flow.ref(callee.object)).root : undefined;
  return root?.kind === 'package' && /^(?:node:)?events$/.test(root.module);
};

/** What is listened to or emitted by; members of objects by their name, for each object has its own way to one emitter. */
function emitterOf({ callee }: CallValue, flow: Flow): string | undefined {
  const emitter = callee.kind === 'member' ? callee.object : undefined;
  const name = emitter && calleeName(emitter);
  if (emitter === undefined || name === undefined || remote.test(name)) return undefined;
  return emitter.kind === 'member' ? `.${name}` : flow.valueId(flow.ref(emitter));
}

/** `new Queue('emails')`, `@InjectQueue('emails') emails: Queue`. */
function queueOf({ callee }: CallValue, flow: Flow): string | undefined {
  if (callee.kind !== 'member') return undefined;
  for (const step of flow.chain(flow.ref(callee.object)).steps) {
    if (step.kind === 'new') return textOf(step.args[0]?.value, flow);
    const injected =
      step.kind === 'instance'
        ? step.decorators?.find(({ value }) => decoratorOf(value).name === 'InjectQueue')
        : undefined;
    if (injected) return textOf(decoratorOf(injected.value).args[0], flow);
  }
  return undefined;
}

/** What it says, where it is constant; a constant of an enum or object that is not followed by its own name. */
function textOf(value: Value | undefined, flow: Flow): string | undefined {
  if (value === undefined) return undefined;
  const [text, more] = flow.texts(flow.ref(value));
  const [piece, ...rest] = text?.pieces ?? [];
  if (more === undefined && piece?.kind === 'text' && rest.length === 0) return piece.text;
  return value.kind === 'member' && /^[A-Z]/.test(flow.print(flow.ref(value)))
    ? `~${flow.print(flow.ref(value))}`
    : undefined;
}
