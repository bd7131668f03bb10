/** Calls followed into each other, and acts of one unit. */
export const unitLimits = { depth: 4, acts: 400 } as const;
