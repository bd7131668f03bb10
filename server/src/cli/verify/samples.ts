/** Literals that stand for parameters, by PostgreSQL's name of the type: each parameter another value, lists long enough to be several. */
export function sampleOf(type: string, index: number): string {
  // As the server prints a name: quoted where it needs to be.
  if (!/^(?:[\w $]+|"[^";]+"|\.)+(?:\[\])?$/.test(type)) return 'NULL';
  const element = /^(.*)\[\]$/.exec(type)?.[1];
  if (element !== undefined) {
    const items = Array.from({ length: 8 }, (_, i) => exampleOf(element, i + 1));
    return items.some((item) => item === undefined) ? `NULL::${type}` : `'{${items.join(',')}}'::${type}`;
  }
  const value = exampleOf(type, index + 1);
  return value === undefined ? `NULL::${type}` : `'${value}'::${type}`;
}

/** Without quotes, and without characters that would need any. */
function exampleOf(type: string, n: number): string | undefined {
  const two = String((n % 28) + 1).padStart(2, '0');
  switch (type) {
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'numeric':
    case 'real':
    case 'double precision':
    case 'oid':
    case 'money':
      return String(n);
    case 'text':
    case 'character varying':
    case 'character':
    case 'citext':
    case 'name':
    case '"char"':
      return `v${n}`;
    case 'uuid':
      return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    case 'boolean':
      return 'true';
    case 'date':
      return `2000-01-${two}`;
    case 'timestamp without time zone':
    case 'timestamp with time zone':
      return `2000-01-${two} 00:00:00`;
    case 'time without time zone':
    case 'time with time zone':
      return '00:00:00';
    case 'interval':
      return `${n} day`;
    case 'inet':
    case 'cidr':
      return `10.0.0.${n % 250}`;
    case 'json':
    case 'jsonb':
      return '{}';
    default:
      return undefined;
  }
}
