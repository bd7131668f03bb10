/** Accessors as Sequelize makes them of model names. */

export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
