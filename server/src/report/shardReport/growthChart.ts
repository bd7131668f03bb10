/** What moves from so many servers to more, by each way of placing rows: lines that are told apart without colour too. */
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { ReshardingSection } from '../../advice/shardReport/model';
import { methodNames } from '../reshardPage';
import { share } from './figures';
import { type Markup, markup } from './markup';

type Series = 'virtualShards' | 'modulo' | 'ring' | 'rangeSplit';

const series: readonly { readonly field: Series; readonly name: string }[] = [
  { field: 'virtualShards', name: methodNames['virtual-shards'] },
  { field: 'modulo', name: methodNames.modulo },
  { field: 'ring', name: methodNames.ring },
  { field: 'rangeSplit', name: methodNames['range-split'] },
];

const width = 760;
const height = 240;
const edge = { left: 56, right: 170, top: 12, bottom: 40 };
/** Names at the ends of lines keep so far apart. */
const apart = 15;

/** Empty where there is nothing to compare. */
export function growthChart({ growth, from }: ReshardingSection): Markup | '' {
  const last = growth.at(-1);
  if (!last || growth.length < 2) return '';
  const x = scaleLinear()
    .domain([growth[0]?.to ?? from, last.to])
    .range([edge.left, width - edge.right]);
  const y = scaleLinear()
    .domain([0, 1])
    .range([height - edge.bottom, edge.top]);
  const drawn = series.map(({ field, name }, i) => {
    const path = line<(typeof growth)[number]>(
      (one) => x(one.to),
      (one) => y(one[field]),
    )(growth);
    return markup`<path class="series stroke-${i}" d="${path}"><title>${name}</title></path>`;
  });
  return markup`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" preserveAspectRatio="xMinYMin meet"
    aria-label="Share of the rows that move from ${from} servers to more, by the way in which rows are placed">
    ${y.ticks(4).map(
      (
        tick,
      ) => markup`<line class="grid" x1="${edge.left}" x2="${width - edge.right}" y1="${y(tick)}" y2="${y(tick)}"></line>
        <text class="tick" x="${edge.left - 8}" y="${y(tick)}" text-anchor="end" dominant-baseline="central">${share(tick)}</text>`,
    )}
    ${x
      .ticks(8)
      .filter(Number.isInteger)
      .map(
        (tick) =>
          markup`<text class="tick" x="${x(tick)}" y="${height - edge.bottom + 18}" text-anchor="middle">${tick}</text>`,
      )}
    <text class="tick" x="${(edge.left + width - edge.right) / 2}" y="${height - 4}" text-anchor="middle">servers</text>
    ${drawn}
    ${ends(series.map(({ field, name }, i) => ({ name, i, at: y(last[field]) })))}
  </svg>`;
}

/** From top to bottom; a name that would stand in another one gives way. */
function ends(all: readonly { readonly name: string; readonly i: number; readonly at: number }[]): readonly Markup[] {
  let above = Number.NEGATIVE_INFINITY;
  return all
    .toSorted((a, b) => a.at - b.at)
    .map(({ name, i, at }) => {
      above = Math.max(at, above + apart);
      const x = width - edge.right;
      return markup`<line class="series stroke-${i}" x1="${x + 6}" x2="${x + 26}" y1="${above}" y2="${above}"></line>
        <text class="end" x="${x + 32}" y="${above}" dominant-baseline="central">${name}</text>`;
    });
}
