/** The statement that a position means. */
import type { FileView, StatementView } from '../engine/analysis';
import type { Span } from '../text/span';

const holds = ({ start, end }: Span, offset: number): boolean => start <= offset && offset <= end;

/** The innermost statement around an offset; else one that names a table there, its text standing apart from its call. */
export function statementAt({ statements }: FileView, offset: number): StatementView | undefined {
  const around = statements.filter(({ span }) => holds(span, offset));
  const [smallest] = around.sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start));
  return smallest ?? statements.find((one) => spokenSpans(one).some((span) => holds(span, offset)));
}

/** What the hover speaks at: the method, tag or verb, the tables, and what the reasons point at. */
export function spokenSpans({ nameSpan, tables, route }: StatementView): readonly Span[] {
  return [nameSpan, ...tables.map(({ span }) => span), ...route.reasons.flatMap(({ span }) => (span ? [span] : []))];
}

/** The smallest of them around the offset. */
export function spokenAt(statement: StatementView, offset: number): Span | undefined {
  const found = spokenSpans(statement).filter((span) => holds(span, offset));
  return found.sort((a, b) => a.end - a.start - (b.end - b.start))[0];
}
