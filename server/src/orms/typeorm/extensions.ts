/** `repository.extend({ … })`: methods of the project's own, which send what they ask of `this`. */
import type { Flow } from '../../flow/flow';
import type { HostFile } from '../../hosts/host';
import { callsIn } from '../build/calls';
import { type Entity, isTypeorm, type TypeormData } from './entities';
import { placeOf, receiverOf } from './receiver';

/** Adds what repositories are extended with to what is known of the entities. */
export const withExtensions = (
  data: TypeormData,
  files: readonly HostFile[],
  flowFor: (file: HostFile) => Flow,
): TypeormData => {
  const extensions = new Map<string, readonly Entity[]>();
  const redefined = new Set<string>();
  for (const file of files) {
    if (!file.imports.some(({ module }) => isTypeorm(module) || module === '@nestjs/typeorm')) continue;
    const flow = flowFor(file);
    for (const call of callsIn(file)) {
      const [methods] = call.args;
      if (methods === undefined || call.callee.kind !== 'member' || call.callee.property !== 'extend') continue;
      const chain = flow.call(call);
      const receiver = receiverOf(chain, chain.steps.length - 1, flow, data);
      if (receiver?.kind !== 'repository') continue;
      for (const shape of flow.shapes(flow.ref(methods))) {
        if (shape.kind !== 'object') continue;
        extensions.set(placeOf(shape.ref), [...(extensions.get(placeOf(shape.ref)) ?? []), ...receiver.entities]);
        for (const { key } of shape.entries)
          for (const { name } of receiver.entities) if (key !== undefined) redefined.add(methodKey(name, key));
      }
    }
  }
  return { ...data, extensions, redefined };
};

/** `entity`: the model's name. */
export const methodKey = (entity: string, method: string): string => `${entity}.${method}`;
