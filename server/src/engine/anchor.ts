/** The statement of the host language around an offset: where people write what they have to say about a query. */
import type { HostFile, Statement } from '../hosts/host';
import type { Span } from '../text/span';

const holds = ({ start, end }: Span, offset: number): boolean => start <= offset && offset < end;

/** The innermost statement, or the member of a class whose value holds the offset; undefined outside of both. */
export function anchorOf(host: HostFile, offset: number): Span | undefined {
  let found: Span | undefined;
  const take = (span: Span): void => {
    if (holds(span, offset) && (!found || span.end - span.start < found.end - found.start)) found = span;
  };
  // Bodies of functions that do not hold the offset are passed over: a file may have thousands of statements.
  for (const func of host.functions) if (holds(func.span, offset)) for (const one of func.body) visit(one);
  for (const one of host.classes)
    for (const { function: own, span } of one.members) if (own === undefined && holds(one.span, offset)) take(span);
  return found;

  function visit(one: Statement): void {
    if (!holds(one.span, offset)) return;
    if (one.kind !== 'function' && one.kind !== 'class') take(one.span);
    for (const inner of within(one)) visit(inner);
  }
}

function within(one: Statement): readonly Statement[] {
  switch (one.kind) {
    case 'if':
      return [...one.then, ...one.otherwise];
    case 'loop':
    case 'block':
      return one.body;
    case 'switch':
      return one.cases.flatMap(({ body }) => body);
    case 'try':
      return [...one.body, ...one.handler, ...one.finalizer];
    default:
      return [];
  }
}
