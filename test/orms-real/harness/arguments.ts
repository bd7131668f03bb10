/** Values for parameters, by their names. */
const values: Readonly<Record<string, unknown>> = {
  tenantId: 7,
  otherTenant: 8,
  tenantIds: [7, 8],
  id: 11,
  ids: [11, 12],
  orderId: 11,
  itemId: 101,
  userId: 3,
  userIds: [3, 4],
  tagId: 1,
  tagIds: [1, 2],
  code: 'pro',
  email: 'ada@example.com',
  name: 'Ada',
  number: 'A-11',
  newNumber: 'A-99',
  status: 'open',
  statuses: ['open', 'paid'],
  text: 'a',
  since: new Date('2020-01-01T00:00:00Z'),
  until: new Date('2040-01-01T00:00:00Z'),
  limit: 10,
  offset: 0,
  page: 1,
  total: 5,
  quantity: 2,
};

/** The arguments for a function, from its own text: parameters are plain names here. */
export function argumentsFor(shape: (...args: readonly never[]) => unknown): readonly unknown[] {
  const text = shape.toString();
  const list = text.slice(text.indexOf('(') + 1, text.indexOf(')'));
  const names = list.split(',').map((one) => one.replace(/=.*/s, '').trim());
  return names.filter(Boolean).map((written) => {
    // The bundler numbers names that others bear too.
    const name = written.replace(/\d+$/, '');
    if (!(name in values)) throw new Error(`no value for a parameter named ${name}`);
    return values[name];
  });
}
