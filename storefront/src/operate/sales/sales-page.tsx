import { useQuery } from '@apollo/client/react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Input, Label, SearchField } from 'react-aria-components/SearchField';
import { Link } from 'wouter';
import { Icon } from '../../design/icon.tsx';
import { MoreButton } from '../../design/more-button.tsx';
import { Empty, Failed, Loading } from '../../design/states.tsx';
import { useTitle } from '../../design/use-title.ts';
import { formatMoment, formatNumber } from '../../i18n/formats.ts';
import { SalesDocument } from '../operations.generated.ts';
import type { SalesQuery } from '../operations.generated.ts';
import { usePolling } from '../use-polling.ts';
import { HiddenBadge, RoomBadge } from './room-badge.tsx';

type Concert = SalesQuery['concerts']['edges'][number]['node'];
const lookEveryMs = 10_000;

/** All sales with their present figures, newest first. */
export function SalesPage() {
  const { t } = useTranslation('operate');
  const { t: common } = useTranslation();
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim()) || undefined;
  useTitle(t('nav.sales'));
  const { data, previousData, error, refetch, ...polled } = useQuery(SalesDocument, {
    variables: { search },
    fetchPolicy: 'cache-and-network',
  });
  const page = (data ?? previousData)?.concerts;
  const fetchMore = usePolling(polled, page, lookEveryMs);
  return (
    <div className="page stack wide">
      <div className="row apart">
        <h1>{t('sales.heading')}</h1>
        <Link className="button" href="/concerts/new">
          {t('concert.new')}
        </Link>
        <SearchField className="search" value={typed} onChange={setTyped}>
          <Label className="visually-hidden">{common('concerts.search')}</Label>
          <Icon name="search" />
          <Input placeholder={common('concerts.search')} maxLength={200} />
          <Button className="button quiet clear" aria-label={common('concerts.clear')}>
            <Icon name="close" size={18} />
          </Button>
        </SearchField>
      </div>
      {error && !page ? (
        <Failed error={error} again={refetch} />
      ) : !page ? (
        <Loading rows={6} />
      ) : page.edges.length === 0 ? (
        <Empty title={search ? common('concerts.none', { search }) : common('concerts.empty')} />
      ) : (
        <ul className="stack tight">
          {page.edges.map(({ node }) => (
            <li key={node.id}>
              <SaleRow concert={node} />
            </li>
          ))}
        </ul>
      )}
      <MoreButton pageInfo={page?.pageInfo} fetchMore={fetchMore} />
    </div>
  );
}

function SaleRow({
  concert: { id, title, artist, salesOpenAt, publishAt, waitingRoom, schedules },
}: {
  concert: Concert;
}) {
  const { t, i18n } = useTranslation('operate');
  const number = (value: number) => formatNumber(value, i18n.language);
  const sum = (of: 'total' | 'held' | 'sold') =>
    schedules.reduce((all, { availability }) => all + availability[of], 0);
  const total = sum('total');
  return (
    <Link className="card sale-row" href={`/sales/${id}`}>
      <span className="who">
        <b>{title}</b>
        <span className="soft small">
          {artist} · {t('sales.opens', { time: formatMoment(salesOpenAt, i18n.language) })}
        </span>
      </span>
      <span className="row">
        <HiddenBadge publishAt={publishAt} />
        {waitingRoom && <RoomBadge status={waitingRoom.status} />}
      </span>
      <span className="figures numbers">
        <Figure label={t('sales.waiting')} value={waitingRoom ? number(waitingRoom.waiting) : '–'} />
        <Figure label={t('sales.admitted')} value={waitingRoom ? number(waitingRoom.active) : '–'} />
        <Figure label={t('sales.held')} value={number(sum('held'))} />
        <Figure label={t('sales.sold')} value={`${number(sum('sold'))} / ${number(total)}`} />
      </span>
      <span className="bar" aria-hidden="true">
        <span style={{ width: `${total === 0 ? 0 : (100 * sum('sold')) / total}%` }} />
        <span className="held" style={{ width: `${total === 0 ? 0 : (100 * sum('held')) / total}%` }} />
      </span>
    </Link>
  );
}

const Figure = ({ label, value }: { label: string; value: string }) => (
  <span>
    <small className="soft">{label}</small>
    <b>{value}</b>
  </span>
);
