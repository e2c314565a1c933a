import { useQuery } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Notice } from '../../design/notice.tsx';
import { Empty, Failed, Loading } from '../../design/states.tsx';
import { useTitle } from '../../design/use-title.ts';
import { formatMoment, formatPrice } from '../../i18n/formats.ts';
import { PurchaseStoryDocument } from '../operations.generated.ts';
import type { PurchaseStoryQuery } from '../operations.generated.ts';
import { Lanes } from './lanes.tsx';
import { NextMove } from './next-move.tsx';
import { SagaBadge } from './purchases-page.tsx';

const lookEveryMs = 3_000;
type Saga = NonNullable<PurchaseStoryQuery['saga']>;

/** One purchase, step by step across the services, and what the system does next about it. */
export function PurchaseStoryPage({ id }: { id: string }) {
  const { t, i18n } = useTranslation('operate');
  useTitle(t('purchases.one'));
  const { data, error, refetch } = useQuery(PurchaseStoryDocument, {
    variables: { id },
    pollInterval: lookEveryMs,
    fetchPolicy: 'cache-and-network',
  });
  const saga = data?.saga;
  if (!saga)
    return (
      <div className="page">
        {error ? (
          <Failed error={error} again={refetch} />
        ) : data ? (
          <Empty isPage title={t('purchases.notFound')}>
            <Link className="link" href="/purchases">
              {t('nav.purchases')}
            </Link>
          </Empty>
        ) : (
          <Loading rows={6} />
        )}
      </div>
    );
  const { reservation } = saga;
  return (
    <div className="page stack wide">
      <div className="stack tight">
        <Link className="link small" href="/purchases">
          ← {t('nav.purchases')}
        </Link>
        <div className="row apart">
          <h1>{reservation?.concert?.title ?? t('purchases.one')}</h1>
          <SagaBadge status={saga.status} />
        </div>
        <p className="soft">
          <code>{saga.id}</code>
        </p>
      </div>
      <Notice tone={saga.status === 'STALLED' ? 'warning' : 'plain'}>
        <b>{t('saga.next')}</b>{' '}
        {saga.nextMove ? (
          <NextMove move={saga.nextMove} />
        ) : (
          t(saga.endedAt === null ? 'saga.nothingUntilHelp' : 'saga.nothing')
        )}
      </Notice>
      <div className="story">
        <section className="card stack" aria-labelledby="steps">
          <h2 id="steps">{t('saga.steps')}</h2>
          <Lanes steps={saga.steps} />
        </section>
        {reservation && <Facts reservation={reservation} language={i18n.language} />}
      </div>
    </div>
  );
}

function Facts({
  reservation,
  language,
}: {
  reservation: NonNullable<Saga['reservation']>;
  language: string;
}) {
  const { t } = useTranslation('operate');
  const { t: common } = useTranslation();
  const { user, schedule, seats, total, status, payment } = reservation;
  const facts: [string, string][] = [
    [t('saga.fan'), user ? `${user.name} · ${user.email ?? ''}` : t('purchases.gone')],
    [t('sale.date'), schedule ? formatMoment(schedule.startsAt, language) : '–'],
    [t('sale.seats'), seats.map(({ label }) => label).join(', ')],
    [t('saga.total'), formatPrice(total, language)],
    [t('saga.reservation'), common(`tickets.status.${status}`)],
    [t('saga.payment'), payment ? t(`saga.payments.${payment.status}`) : t('saga.unpaid')],
  ];
  return (
    <section className="card stack" aria-labelledby="facts">
      <h2 id="facts">{t('saga.facts')}</h2>
      <dl className="facts small">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {user?.email && (
        <Link className="link small" href={`/purchases?email=${encodeURIComponent(user.email)}`}>
          {t('saga.othersOfFan')}
        </Link>
      )}
    </section>
  );
}
