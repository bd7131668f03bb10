/** Small questions about values that declare models. */
import type { Chain, ClassRef, Flow } from '../../flow/flow';
import type { CallValue } from '../../hosts/host';

export const isSequelize = (module: string): boolean =>
  /^(?:sequelize|sequelize-typescript|@sequelize\/core|@nestjs\/sequelize)(?:$|\/)/.test(module);

export const classKey = ({ file, class: owner }: ClassRef): string => `${file.path}#${owner.id}`;

/** The package's class that a class of the project extends in the end, where it is Sequelize's `Model`. */
export const packageAbove = (flow: Flow, of: ClassRef): string | undefined => {
  const outside = flow.heritage(of).find((one): one is Chain => 'root' in one);
  return outside?.root.kind === 'package' &&
    isSequelize(outside.root.module) &&
    /(?:^|\.)Model$/.test(outside.root.name)
    ? outside.root.module
    : undefined;
};

export const placeKey = (path: string, call: CallValue): string => `${path}:${call.span.start}`;
