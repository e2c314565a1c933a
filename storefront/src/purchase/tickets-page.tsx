import { useQuery } from '@apollo/client/react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { PurchasesDocument } from '../api/operations.generated.ts';
import { UnconfirmedEmail } from '../account/unconfirmed-email.tsx';
import type { PurchasePartsFragment } from '../api/operations.generated.ts';
import { MoreButton } from '../design/more-button.tsx';
import { Empty, Failed, Loading } from '../design/states.tsx';
import { useTitle } from '../design/use-title.ts';
import { formatEvening, formatPrice } from '../i18n/formats.ts';
import { keepTickets } from './kept-tickets.ts';
import { refundOf, stageOf } from './stage-of.ts';
import './purchase.css';

/** What the fan has held and bought, newest first. */
export function TicketsPage({ userId }: { userId: string }) {
  const { t } = useTranslation();
  useTitle(t('tickets.heading'));
  const { data, error, refetch, fetchMore } = useQuery(PurchasesDocument, {
    fetchPolicy: 'cache-and-network',
  });
  const purchases = data?.me?.reservations;
  useEffect(() => {
    if (purchases)
      keepTickets(
        userId,
        purchases.edges.map(({ node }) => node),
      );
  }, [userId, purchases]);
  return (
    <div className="page middle stack wide">
      <h1>{t('tickets.heading')}</h1>
      <UnconfirmedEmail />
      {error && !purchases ? (
        <Failed error={error} again={refetch} />
      ) : !purchases ? (
        <Loading />
      ) : purchases.edges.length === 0 ? (
        <Empty title={t('tickets.none')}>
          <p className="soft">{t('tickets.noneHint')}</p>
          <Link className="link" href="/">
            {t('common.toConcerts')}
          </Link>
        </Empty>
      ) : (
        <>
          <ul className="stack">
            {purchases.edges.map(({ node }) => (
              <li key={node.id}>
                <Row purchase={node} />
              </li>
            ))}
          </ul>
          <MoreButton pageInfo={purchases.pageInfo} fetchMore={fetchMore} />
        </>
      )}
    </div>
  );
}

const tones = { PENDING: 'warning', PAID: 'good', CONFIRMED: 'good', CANCELLED: '', EXPIRED: '' } as const;

function Row({ purchase }: { purchase: PurchasePartsFragment }) {
  const { t, i18n } = useTranslation();
  const { id, concert, schedule, seats, total } = purchase;
  const stage = stageOf(purchase);
  return (
    <Link className="ticket" href={`/tickets/${id}`}>
      <div className="stack tight">
        <div className="row">
          <span className={`badge ${tones[stage]}`}>{t(`tickets.status.${stage}`)}</span>
          {refundOf(purchase) === 'DONE' && <span className="badge">{t('tickets.refunded')}</span>}
        </div>
        <h2>{concert?.title}</h2>
        <p className="small soft">{schedule && formatEvening(schedule.startsAt, i18n.language)}</p>
      </div>
      <div className="stub numbers">
        <p className="small">{seats.map(({ label }) => label).join(', ')}</p>
        <b>{formatPrice(total, i18n.language)}</b>
      </div>
    </Link>
  );
}
