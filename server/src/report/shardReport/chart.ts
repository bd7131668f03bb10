/** Bars of statements by where they run, as SVG that stands for itself: no script, no style of its own. */
import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import type { Tally } from '../../advice/shardReport/model';
import type { ClassField } from '../../advice/shardReport/tally';
import { classes, number } from './figures';
import { type Markup, markup, type Part } from './markup';

export interface Bar {
  readonly label: string;
  /** Beside the label, for the second bar of the same name: `reads`, `writes`. */
  readonly what: string;
  readonly tally: Pick<Tally, ClassField>;
}

export interface ChartOptions {
  /** For those who do not see it; the figures stand in a table beside it. */
  readonly title: string;
  /** `statements`, `calls a second`. */
  readonly unit: string;
}

const width = 760;
const labels = 210;
const bar = 18;
const longest = 24;

/** Empty without bars of any length. */
export function barChart(bars: readonly Bar[], { title, unit }: ChartOptions): Markup | '' {
  const drawn = bars.filter(({ tally }) => lengthOf(tally) > 0);
  if (drawn.length === 0) return '';
  const height = drawn.length * (bar + 6) + 26;
  const x = scaleLinear()
    .domain([0, Math.max(...drawn.map(({ tally }) => lengthOf(tally)))])
    .range([labels, width - 56]);
  const y = scaleBand<number>()
    .domain(drawn.map((_, i) => i))
    .range([0, height - 26])
    .paddingInner(0.25);
  const layers = stack<Bar, ClassField>()
    .keys(classes.map(({ field }) => field))
    .value(({ tally }, field) => tally[field])(drawn);
  const segments = layers.flatMap((layer) =>
    layer.flatMap(([from, to], i): readonly Markup[] => {
      const one = drawn[i];
      if (!one || to <= from) return [];
      return [segment(x(from), y(i) ?? 0, x(to) - x(from), y.bandwidth(), layer.key, one, to - from, unit)];
    }),
  );
  return markup`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}"
    preserveAspectRatio="xMinYMin meet">
    ${axis(x, height - 26, unit)}
    ${drawn.map((one, i) => row(one, (y(i) ?? 0) + y.bandwidth() / 2, x(lengthOf(one.tally))))}
    ${segments}
  </svg>`;
}

export const lengthOf = (tally: Pick<Tally, ClassField>): number =>
  classes.reduce((sum, { field }) => sum + tally[field], 0);

function axis(x: ReturnType<typeof scaleLinear<number, number>>, bottom: number, unit: string): Part {
  const whole = unit === 'statements';
  const ticks = x.ticks(5).filter((tick) => !whole || Number.isInteger(tick));
  return ticks.map(
    (tick) => markup`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="${bottom}"></line>
      <text class="tick" x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${number(tick)}</text>`,
  );
}

function row({ label, what, tally }: Bar, middle: number, end: number): Markup {
  const short = label.length > longest ? `…${label.slice(1 - longest)}` : label;
  return markup`<text class="label" x="${labels - 10}" y="${middle}" text-anchor="end"
    dominant-baseline="central"><title>${label}</title>${short} <tspan class="what">${what}</tspan></text>
    <text class="sum" x="${end + 6}" y="${middle}" dominant-baseline="central">${number(lengthOf(tally))}</text>`;
}

function segment(
  x: number,
  y: number,
  length: number,
  height: number,
  field: ClassField,
  { label, what }: Bar,
  count: number,
  unit: string,
): Markup {
  const name = classes.find((one) => one.field === field)?.name ?? field;
  const box = markup`x="${x}" y="${y}" width="${length}" height="${height}"`;
  return markup`<g><title>${label}, ${what}: ${number(count)} ${unit}, ${name}</title>
    <rect class="bar ${field}" ${box}></rect>${patterned.has(field) && markup`<rect fill="url(#${field})" ${box}></rect>`}</g>`;
}

/** Colour alone tells nobody anything who does not see it: what leaves its shard is hatched. */
const patterned: ReadonlySet<ClassField> = new Set(['scatter', 'crossShard', 'unknown']);

/** The hatches, once in a page. */
export const patterns = markup`<svg class="patterns" aria-hidden="true" width="0" height="0"><defs>
  <pattern id="scatter" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="2" height="6"></rect></pattern>
  <pattern id="crossShard" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="2" height="7"></rect><rect class="hatch" width="7" height="2"></rect></pattern>
  <pattern id="unknown" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="hatch" width="2" height="2"></rect></pattern>
</defs></svg>`;

export const legend = (fields: ReadonlySet<ClassField>): Markup =>
  markup`<ul class="legend" aria-label="Colours">${classes
    .filter(({ field }) => fields.has(field))
    .map(
      ({ field, name }) =>
        markup`<li><svg width="16" height="12" aria-hidden="true"><rect class="bar ${field}" width="16" height="12"></rect>${
          patterned.has(field) && markup`<rect fill="url(#${field})" width="16" height="12"></rect>`
        }</svg>${name}</li>`,
    )}</ul>`;
