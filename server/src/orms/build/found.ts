/** From a call and the queries made of it to what the engine takes. */
import type { Chain, Flow, Step } from '../../flow/flow';
import type { Receiving } from '../../flow/receivers';
import type { Query } from '../../query/model';
import type { Found, Operation, Site } from '../orm';

export interface Sends {
  readonly orm: string;
  readonly operation: Operation;
  /** The first is the statement, the others what host code may send in its place. */
  readonly variants: readonly Query[];
  /** Sent by the same call as well: nested writes, the other half of an upsert. */
  readonly also?: readonly Query[];
  readonly chain: Chain;
  readonly step: Pick<Step, 'nameSpan'>;
  readonly confidence: Found['confidence'];
  readonly target?: Found['target'];
  readonly transaction?: string | undefined;
  /** The edits that send a replica's read to the primary. */
  readonly primary?: Found['primary'];
  readonly ofRow?: boolean;
  readonly decidedIn?: string;
  readonly notes: Iterable<string>;
}

export const makeFound = (site: Site, flow: Flow, sends: Sends): readonly Found[] => {
  const [first, ...others] = sends.variants;
  if (first === undefined) return [];
  const receiving = flow.receiving(sends.chain);
  return [
    {
      orm: sends.orm,
      operation: sends.operation,
      statement: { kind: 'model', query: first },
      variants: others.map((query) => ({ kind: 'model', query })),
      also: (sends.also ?? []).map((query) => ({ kind: 'model', query })),
      span: site.value.span,
      nameSpan: sends.step.nameSpan,
      confidence: sends.confidence,
      ...targeted(receiving, sends.target),
      ...(sends.primary === undefined ? {} : { primary: sends.primary }),
      ...(sends.transaction === undefined ? {} : { transaction: sends.transaction }),
      pins: receiving.pins,
      ...(receiving.reach === undefined ? {} : { reach: receiving.reach }),
      ...(sends.decidedIn === undefined ? {} : { decidedIn: sends.decidedIn }),
      ...(sends.ofRow === true ? { ofRow: true as const } : {}),
      unknown: [...new Set(sends.notes)],
    },
  ];
};

/** What the map says, then what the library does, then what the client is called. */
export const targeted = (
  { target, namedReplica }: Receiving,
  own: Found['target'] | undefined,
): Pick<Found, 'target' | 'targetByName'> => {
  if (target !== undefined) return { target };
  if (own !== undefined && own !== 'unknown') return { target: own };
  return namedReplica() ? { target: 'replica', targetByName: true } : { target: 'unknown' };
};
