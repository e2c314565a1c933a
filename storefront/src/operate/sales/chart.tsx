import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import { formatNumber } from '../../i18n/formats.ts';
import 'uplot/dist/uPlot.min.css';

export interface Series {
  readonly label: string;
  /** The CSS custom property of its colour. */
  readonly colour: '--accent' | '--seat-3' | '--warning';
  readonly values: readonly number[];
  readonly isBars?: boolean;
}

interface ChartProps {
  readonly title: string;
  /** In seconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

const height = 168;
/** The shortest time that a chart spans, in seconds. */
const leastSeconds = 3_600;
const bars = uPlot.paths.bars?.({ size: [0.8, 24] });

/** Numbers over time. The chart is also described in words: the present value and the greatest value of each line. */
export function Chart({ title, times, series }: ChartProps) {
  const { t, i18n } = useTranslation('operate');
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = [times, ...series.map(({ values }) => values)] as unknown as uPlot.AlignedData;
  const latest = useRef(data);
  const number = (value: number) => formatNumber(value, i18n.language);
  const words = series.map(({ label, values }) =>
    t('sale.chartWords', {
      label,
      now: number(values.at(-1) ?? 0),
      most: number(Math.max(0, ...values)),
    }),
  );
  const shape = JSON.stringify(series.map(({ label, colour, isBars }) => [label, colour, isBars]));

  useEffect(() => {
    latest.current = data;
    plot.current?.setData(data);
  });
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(element, shape, i18n.language), latest.current, element);
    };
    draw();
    const sizes = new ResizeObserver(() => {
      if (plot.current && element.clientWidth !== plot.current.width)
        plot.current.setSize({ width: element.clientWidth, height });
    });
    sizes.observe(element);
    scheme.addEventListener('change', draw);
    return () => {
      sizes.disconnect();
      scheme.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shape, i18n.language]);

  return (
    <figure className="card chart" aria-label={`${title}: ${words.join('; ')}`} role="img">
      <figcaption className="row apart">
        <b>{title}</b>
        <span className="row small">
          {series.map(({ label, colour }) => (
            <span key={label} className="key">
              <i style={{ background: `var(${colour})` }} />
              {label}
            </span>
          ))}
        </span>
      </figcaption>
      <div ref={place} />
    </figure>
  );
}

function optionsOf(element: HTMLElement, shape: string, language: string): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const time = new Intl.DateTimeFormat(language, {
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    timeZone: 'Asia/Seoul',
  });
  const short = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
  const grid = { stroke: colour('--line'), width: 1 };
  const series = (JSON.parse(shape) as [string, string, boolean | null][]).map(
    ([label, name, isBars]): uPlot.Series => ({
      label,
      stroke: colour(name),
      width: isBars ? 0 : 2,
      // The colours have the form #rrggbb.
      fill: isBars ? colour(name) : `${colour(name)}1f`,
      points: { show: false },
      ...(isBars && bars && { paths: bars }),
    }),
  );
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      // Otherwise a sale that has just begun would stretch a minute or two over the whole width.
      x: { range: (_plot, first, last) => [Math.min(first, last - leastSeconds), last] },
      y: { range: (_plot, _min, most) => [0, Math.max(4, most * 1.1)] },
    },
    axes: [
      {
        ...{ stroke: colour('--ink-soft'), font, grid: { show: false }, ticks: { show: false } },
        values: (_plot, instants) => instants.map((instant) => time.format(instant * 1_000)),
        space: 64,
        size: 28,
      },
      {
        ...{ stroke: colour('--ink-soft'), font, grid, ticks: { show: false } },
        values: (_plot, values) => values.map((value) => (value % 1 === 0 ? short.format(value) : '')),
        size: 44,
      },
    ],
    series: [{}, ...series],
  };
}
