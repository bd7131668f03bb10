/** The columns that an option asks for by name: `select: { id: true }`, `columns: { id: true }`. */
import type { Flow, ObjectShape } from '../../flow/flow';
import type { SelectItem } from '../../query/model';
import type { Span } from '../../text/span';
import { column } from './expr';
import type { Model } from './model';

/** Undefined where it may ask for others too, or for all. What stands beside the model's own columns is loaded elsewhere. */
export function chosenColumns(
  flow: Flow,
  options: ObjectShape | undefined,
  option: 'select' | 'columns',
  { declared, fields }: Model,
  alias: string,
  span: Span,
): readonly SelectItem[] | undefined {
  const given = options?.entries.filter(({ key }) => key === option) ?? [];
  const [one, more] = given;
  if (!declared || options?.open !== false || one === undefined || more || one.when.length > 0) return undefined;
  const [shape, other] = flow.shapes(one.value);
  if (shape?.kind !== 'object' || shape.open || other) return undefined;
  const items: SelectItem[] = [];
  for (const { key, value, when } of shape.entries) {
    const field = key === undefined ? undefined : fields.get(key);
    const [asked, unsure] = flow.shapes(value);
    const isColumn =
      field !== undefined && asked?.kind === 'literal' && asked.value === true && !unsure && when.length === 0;
    if (isColumn) items.push({ expr: column(alias, field.column, span) });
    else if (field !== undefined || key === undefined) return undefined;
  }
  return items.length === 0 ? undefined : items;
}
