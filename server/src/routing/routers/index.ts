import generic from './generic';

export const routers = [generic];
