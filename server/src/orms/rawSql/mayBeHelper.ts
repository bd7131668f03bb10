/** Which calls are worth following to find out whether they hand their text on to a driver: by syntax alone. */
import type { CallValue, HostFile, Value } from '../../hosts/host';
import { calleeName } from './handedOn';
import { isStatement } from './statement';

/** Its name or its text says that it may be a helper that sends. */
export const mayBeHelper = (file: HostFile, call: CallValue): boolean =>
  call.args.slice(0, 3).some((arg) => beginsStatement(arg) || isConstant(file, arg)) ||
  (/quer|sql|exec/i.test(calleeName(call) ?? '') && call.args.slice(0, 2).some(mayHoldText));

const mayHoldText = ({ kind }: Value): boolean =>
  kind === 'name' || kind === 'member' || kind === 'binary' || kind === 'conditional' || kind === 'template';

const beginsStatement = (value: Value): boolean => {
  if (value.kind === 'literal') return typeof value.value === 'string' && isStatement(value.value);
  if (value.kind === 'template') return value.parts[0]?.kind === 'text' && isStatement(value.parts[0].text);
  return (
    value.kind === 'object' &&
    value.entries.some((entry) => entry.kind === 'property' && (entry.key === 'text' || entry.key === 'sql'))
  );
};

const known = new WeakMap<HostFile, ReadonlySet<string>>();

/** `conn.row(getBalance, [id])`, where the file says at its top that `getBalance` is a statement. */
const isConstant = (file: HostFile, value: Value): boolean => {
  if (value.kind === 'conditional') return isConstant(file, value.then) || isConstant(file, value.otherwise);
  return value.kind === 'name' && constantsOf(file).has(value.name);
};

const constantsOf = (file: HostFile): ReadonlySet<string> => {
  const before = known.get(file);
  if (before !== undefined) return before;
  const names = new Set<string>();
  for (const statement of file.functions[0]?.body ?? []) {
    if (statement.kind !== 'declare' || statement.pattern.kind !== 'name' || statement.value === undefined) continue;
    const { value } = statement;
    const [first] = value.kind === 'template' ? value.parts : [];
    const goesOn = first?.kind === 'hole' && first.value.kind === 'name' && names.has(first.value.name);
    if (goesOn || (value.kind !== 'object' && beginsStatement(value))) names.add(statement.pattern.name);
  }
  known.set(file, names);
  return names;
};
