import { useTranslation } from 'react-i18next';
import { formatNumber, formatPrice } from '../../i18n/formats.ts';
import type { SaleQuery } from '../operations.generated.ts';
import { Chart } from './chart.tsx';
import type { Room } from './consequences.ts';
import { perSecond } from './rate.ts';

type Schedule = NonNullable<SaleQuery['concert']>['schedules'][number];

/** One date: its figures, their history, and its sections. */
export function DateOnSale({ schedule, room }: { schedule: Schedule; room: Room | undefined }) {
  const { t, i18n } = useTranslation('operate');
  const { availability, sales } = schedule;
  const history = schedule.history ?? [];
  const sold = sales?.history ?? [];
  const number = (value: number) => formatNumber(value, i18n.language);
  // The present minute is not over yet, so the one before it shows the rate.
  const lastMinute = sold.at(-2)?.purchases;
  return (
    <>
      <dl className="tiles numbers">
        <Tile label={t('sales.waiting')} value={room ? number(room.waiting) : '–'} />
        <Tile
          label={t('sales.admitted')}
          value={room ? number(room.active) : '–'}
          of={room && number(room.maxActive)}
        />
        <Tile label={t('sales.held')} value={number(availability.held)} />
        <Tile label={t('sales.sold')} value={number(availability.sold)} of={number(availability.total)} />
        <Tile label={t('sale.revenue')} value={sales ? formatPrice(sales.revenue, i18n.language) : '–'} />
        <Tile
          label={t('sale.perSecond')}
          value={lastMinute === undefined ? '–' : perSecond(lastMinute, i18n.language)}
        />
      </dl>
      <Chart
        title={t('sale.seats')}
        times={history.map(({ at }) => Date.parse(at) / 1_000)}
        series={[
          { label: t('sales.sold'), colour: '--accent', values: history.map((minute) => minute.sold) },
          { label: t('sales.held'), colour: '--warning', values: history.map((minute) => minute.held) },
        ]}
      />
      <Chart
        title={t('sale.perMinute')}
        times={sold.map(({ at }) => Date.parse(at) / 1_000)}
        series={[
          {
            label: t('sale.bought'),
            colour: '--accent',
            values: sold.map(({ purchases }) => purchases),
            isBars: true,
          },
        ]}
      />
      <Chart
        title={t('sale.revenuePerMinute')}
        times={sold.map(({ at }) => Date.parse(at) / 1_000)}
        series={[
          {
            label: t('sale.revenue'),
            colour: '--accent',
            values: sold.map(({ revenue }) => revenue),
            isBars: true,
          },
        ]}
      />
      <section className="card stack" aria-labelledby="sections">
        <h2 id="sections">{t('sale.sections')}</h2>
        <ul className="sections numbers">
          {schedule.sections.map((section) => (
            <SectionRow key={section.name} section={section} />
          ))}
        </ul>
      </section>
    </>
  );
}

const Tile = ({ label, value, of }: { label: string; value: string; of?: string | undefined }) => (
  <div>
    <dt className="small soft">{label}</dt>
    <dd>
      {value}
      {of !== undefined && <small className="soft"> / {of}</small>}
    </dd>
  </div>
);

function SectionRow({ section }: { section: Schedule['sections'][number] }) {
  const { t, i18n } = useTranslation('operate');
  const { name, price, rows, seatsPerRow, held, sold } = section;
  const total = rows * seatsPerRow;
  const number = (value: number) => formatNumber(value, i18n.language);
  return (
    <li>
      <div className="row apart">
        <span>
          <b>{name}</b> <span className="small soft">{formatPrice(price, i18n.language)}</span>
        </span>
        <span className="small">
          {t('sale.ofSection', {
            ...{ sold: number(sold), held: number(held), total: number(total) },
            revenue: formatPrice(sold * price, i18n.language),
          })}
        </span>
      </div>
      <div className="bar" aria-hidden="true">
        <span style={{ width: `${(100 * sold) / total}%` }} />
        <span className="held" style={{ width: `${(100 * held) / total}%` }} />
      </div>
    </li>
  );
}
