import type { CaseReader, DensityBin } from '../../model/ports.ts';
import { epochMicros } from '../../model/time.ts';
import { type Html, html } from './markup.ts';
import { BOX, fixed, type Range, type View } from './scale.ts';

const BINS = 264;
/** A layer may cover this many times what is shown first. Each finer layer covers at most a quarter plus two bins, so there are few. */
const FINE_ENOUGH = 4;

const WIDTH = fixed(BOX.plot / BINS);

/** Events counted in equal slices of a range. */
export interface DensityLayer {
  readonly range: Range;
  readonly bins: readonly DensityBin[];
}

/** One layer over everything; where the lanes open on a small part, ever finer ones around that part, each leaving out what the next shows. */
export function densityLayers(reader: Pick<CaseReader, 'density'>, { all, first }: View): readonly DensityLayer[] {
  const layers: DensityLayer[] = [];
  let range = all;
  for (;;) {
    const { from, to } = range;
    const bins = reader.density(epochMicros(from), epochMicros(to), BINS);
    if ((to - from) / (first.to - first.from) < FINE_ENOUGH) return [...layers, { range, bins }];
    const step = (to - from) / BINS;
    const inner = {
      from: Math.round(from + Math.floor((first.from - from) / step) * step),
      to: Math.round(Math.min(to, from + Math.ceil((first.to - from) / step) * step)),
    };
    layers.push({ range, bins: bins.filter((b) => b.from + step / 2 < inner.from || b.from + step / 2 > inner.to) });
    range = inner;
  }
}

/** What one node has in each layer; layers without an event of it are left out. */
export function layersOf(layers: readonly DensityLayer[], node: string | null): readonly DensityLayer[] {
  return layers.map(({ range, bins }) => ({ range, bins: bins.filter((b) => b.node === node && b.total > 0) })).filter((l) => l.bins.length > 0);
}

/** Three shapes (all, warnings with errors, errors), heights logarithmic; zooming only stretches them. */
export function drawDensity(view: Range, { range, bins }: DensityLayer, y: number): Html {
  const span = range.to - range.from;
  const most = Math.log1p(bins.reduce((m, b) => Math.max(m, b.total), 1));
  const scale = span / (view.to - view.from);
  const shift = BOX.left + ((range.from - view.from) / (view.to - view.from)) * BOX.plot;
  const shape = (count: (bin: DensityBin) => number): string =>
    bins
      .filter((b) => count(b) > 0)
      .map((b) => {
        const h = Math.max(1.5, (Math.log1p(count(b)) / most) * (BOX.density - 2));
        const x = ((b.from - range.from) / span) * BOX.plot;
        return `M${fixed(x)} ${fixed(y + BOX.density - h)}h${WIDTH}v${fixed(h)}h-${WIDTH}z`;
      })
      .join('');
  return html`<g clip-path="url(#plot)"><g class="density" data-stretch data-f="${range.from}" data-t="${range.to}" transform="translate(${fixed(shift)} 0) scale(${String(Math.round(scale * 1e6) / 1e6)} 1)"><path class="d-all" d="${shape((b) => b.total)}"/><path class="d-warning" d="${shape((b) => b.warnings + b.errors)}"/><path class="d-error" d="${shape((b) => b.errors)}"/></g></g>`;
}
