import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearch } from 'wouter';
import { Choice, Choices } from '../../design/choice.tsx';
import { MoreButton } from '../../design/more-button.tsx';
import { Empty, Failed, Loading } from '../../design/states.tsx';
import { useTitle } from '../../design/use-title.ts';
import { formatMoment, formatPrice } from '../../i18n/formats.ts';
import { ExportButton } from '../exports/export-button.tsx';
import { PurchasesOfFanDocument, PurchasesOfSeatDocument, SagasDocument } from '../operations.generated.ts';
import type { ReservationLineFragment, SagaLineFragment } from '../operations.generated.ts';
import { usePolling } from '../use-polling.ts';
import { NextMove } from './next-move.tsx';
import { Search, wishIn } from './search.tsx';

const lookEveryMs = 5_000;
const statuses = [
  'STALLED',
  'AWAITING_PAYMENT',
  'RUNNING',
  'COMPENSATING',
  'COMPLETED',
  'COMPENSATED',
] as const;
type Status = (typeof statuses)[number];

/** Purchases: those that stand still first, or those that match a search. */
export function PurchasesPage() {
  const { t } = useTranslation('operate');
  const search = useSearch();
  const wish = wishIn(search);
  useTitle(t('nav.purchases'));
  return (
    <div className="page stack wide purchases">
      <div className="row apart">
        <h1>{t('purchases.heading')}</h1>
        <div className="row">
          <ExportButton what={{ of: 'refunds' }} />
          <ExportButton what={{ of: 'ledger' }} />
        </div>
      </div>
      <Search key={search} wish={wish} />
      {wish.email !== undefined ? (
        <OfFan email={wish.email} />
      ) : wish.label !== undefined && wish.scheduleId !== undefined ? (
        <OfSeat scheduleId={wish.scheduleId} label={wish.label} />
      ) : (
        <ByStatus />
      )}
    </div>
  );
}

function ByStatus() {
  const { t } = useTranslation('operate');
  const [status, setStatus] = useState<Status>('STALLED');
  const { data, error, refetch, ...polled } = useQuery(SagasDocument, {
    variables: { status },
    fetchPolicy: 'cache-and-network',
  });
  const page = data?.sagas;
  const fetchMore = usePolling(polled, page, lookEveryMs);
  return (
    <section className="stack" aria-labelledby="by-status">
      <h2 id="by-status" className="visually-hidden">
        {t('purchases.status')}
      </h2>
      <Choices label={t('purchases.status')} isLabelHidden value={status} onChange={setStatus}>
        {statuses.map((each) => (
          <Choice key={each} value={each}>
            {t(`saga.status.${each}`)}
          </Choice>
        ))}
      </Choices>
      {error && !page ? (
        <Failed error={error} again={refetch} />
      ) : !page ? (
        <Loading />
      ) : page.edges.length === 0 ? (
        <Empty title={t(status === 'STALLED' ? 'purchases.noneStalled' : 'purchases.none')} />
      ) : (
        <ul className="lines">
          {page.edges.map(({ node }) => (
            <li key={node.id}>
              <SagaLine saga={node} />
            </li>
          ))}
        </ul>
      )}
      <MoreButton pageInfo={page?.pageInfo} fetchMore={fetchMore} />
    </section>
  );
}

function OfFan({ email }: { email: string }) {
  const { t } = useTranslation('operate');
  const { data, error, refetch, fetchMore } = useQuery(PurchasesOfFanDocument, {
    variables: { email },
    fetchPolicy: 'cache-and-network',
  });
  if (!data) return error ? <Failed error={error} again={refetch} /> : <Loading />;
  if (!data.userByEmail) return <Empty title={t('purchases.noFan', { email })} />;
  const { name, reservations } = data.userByEmail;
  return (
    <>
      <Found title={t('purchases.ofFan', { name, email })} edges={reservations?.edges ?? []} />
      <MoreButton pageInfo={reservations?.pageInfo} fetchMore={fetchMore} />
    </>
  );
}

function OfSeat({ scheduleId, label }: { scheduleId: string; label: string }) {
  const { t } = useTranslation('operate');
  const { data, error, refetch, fetchMore } = useQuery(PurchasesOfSeatDocument, {
    variables: { scheduleId, label },
    fetchPolicy: 'cache-and-network',
  });
  if (!data) return error ? <Failed error={error} again={refetch} /> : <Loading />;
  const { edges, pageInfo } = data.reservationsBySeat;
  return (
    <>
      <Found title={t('purchases.ofSeat', { seat: label })} edges={edges} />
      <MoreButton pageInfo={pageInfo} fetchMore={fetchMore} />
    </>
  );
}

function Found({
  title,
  edges,
}: {
  title: string;
  edges: readonly { readonly node: ReservationLineFragment }[];
}) {
  const { t } = useTranslation('operate');
  const { t: common } = useTranslation();
  return (
    <section className="stack" aria-labelledby="found">
      <h2 id="found">{title}</h2>
      {edges.length === 0 ? (
        <p className="soft">{t('purchases.none')}</p>
      ) : (
        <ul className="lines">
          {edges.map(({ node }) => (
            <li key={node.id}>
              <Line id={node.id} reservation={node} at={node.createdAt}>
                <span className="badge">{common(`tickets.status.${node.status}`)}</span>
              </Line>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const tones: Partial<Record<Status, string>> = {
  ...{ STALLED: 'warning', COMPENSATING: 'warning', COMPLETED: 'good' },
};

export function SagaBadge({ status }: { status: Status }) {
  const { t } = useTranslation('operate');
  return <span className={`badge ${tones[status] ?? ''}`}>{t(`saga.status.${status}`)}</span>;
}

function SagaLine({ saga }: { saga: SagaLineFragment }) {
  const { id, status, updatedAt, nextMove, reservation } = saga;
  return (
    <Line id={id} reservation={reservation ?? undefined} at={updatedAt}>
      <SagaBadge status={status} />
      {nextMove && <NextMove move={nextMove} isShort />}
    </Line>
  );
}

interface LineProps {
  readonly id: string;
  readonly reservation: ReservationLineFragment | undefined;
  readonly at: string;
  readonly children: ReactNode;
}

function Line({ id, reservation, at, children }: LineProps) {
  const { t, i18n } = useTranslation('operate');
  return (
    <Link className="line-of" href={`/purchases/${id}`}>
      <span className="who">
        <b>{reservation?.concert?.title ?? t('purchases.unknown')}</b>
        <span className="small soft">
          {reservation
            ? [
                reservation.user?.email ?? reservation.user?.name ?? t('purchases.gone'),
                reservation.seats.map(({ label }) => label).join(', '),
                formatPrice(reservation.total, i18n.language),
              ].join(' · ')
            : id}
        </span>
      </span>
      <span className="state">{children}</span>
      <time className="small soft numbers" dateTime={at}>
        {formatMoment(at, i18n.language)}
      </time>
    </Link>
  );
}
