import { useQuery, useSubscription } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { CancelDocument, PurchaseChangesDocument, PurchaseDocument } from '../api/operations.generated.ts';
import type { PurchasePartsFragment } from '../api/operations.generated.ts';
import { serverNow } from '../api/server-clock.ts';
import { useAction } from '../api/use-action.ts';
import { Confirm } from '../design/confirm.tsx';
import { Notice, ProblemNotice } from '../design/notice.tsx';
import { Empty, Failed, Loading } from '../design/states.tsx';
import { useTitle } from '../design/use-title.ts';
import { formatEvening, formatMoment, formatPoints, formatPrice } from '../i18n/formats.ts';
import { DoorTickets } from './door-tickets.tsx';
import { keepTickets } from './kept-tickets.ts';
import { Pay } from './pay.tsx';
import { refundOf, stageOf } from './stage-of.ts';
import './purchase.css';

/** One purchase from the hold to the show: paying, the confirmation as it happens, and refunds. */
export function PurchasePage({ id, userId }: { id: string; userId: string }) {
  const { t } = useTranslation();
  useTitle(t('tickets.heading'));
  const { data, error, refetch } = useQuery(PurchaseDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  // The changes go into Apollo's cache, and so into `data`.
  useSubscription(PurchaseChangesDocument, { variables: { id }, skip: !data?.reservation });
  const purchase = data?.reservation;
  useLookAgain(purchase === null, refetch);
  useEffect(() => {
    if (purchase) keepTickets(userId, [purchase]);
  }, [userId, purchase]);
  if (error && !purchase)
    return <div className="page middle">{<Failed error={error} again={refetch} />}</div>;
  if (purchase === null) return <Empty isPage title={t('purchase.notFound')} />;
  return (
    <div className="page middle stack wide">
      {purchase === undefined ? <Loading rows={5} /> : <Purchase purchase={purchase} again={refetch} />}
    </div>
  );
}

/** A new reservation may be known only a moment later, so it is asked for a few times before it counts as missing. */
function useLookAgain(isMissing: boolean, refetch: () => Promise<unknown>): void {
  const looked = useRef(0);
  useEffect(() => {
    if (!isMissing) return undefined;
    const looking = setInterval(() => {
      if (looked.current++ < 5) void refetch().catch(() => undefined);
    }, 1_000);
    return () => {
      clearInterval(looking);
    };
  }, [isMissing, refetch]);
}

function Purchase({ purchase, again }: { purchase: PurchasePartsFragment; again: () => Promise<unknown> }) {
  const { t, i18n } = useTranslation();
  const stage = stageOf(purchase);
  const { concert, schedule, seats, total } = purchase;
  return (
    <>
      <Headline purchase={purchase} />
      {/* Nobody looks for this at the door. */}
      {stage === 'CONFIRMED' && <DoorTickets purchase={purchase} />}
      <section className="ticket" aria-label={t('purchase.seats')}>
        <div className="stack tight">
          <p className="kicker">{concert?.artist}</p>
          <h2>{concert?.title}</h2>
          <p>{schedule && formatEvening(schedule.startsAt, i18n.language)}</p>
          <p className="soft small">
            {concert?.venue.name}
            <br />
            {concert?.venue.address}
          </p>
        </div>
        <ul className="stub numbers">
          {seats.map(({ seatId, label, price }) => (
            <li key={seatId}>
              <b>{label}</b>
              <span>{formatPrice(price, i18n.language)}</span>
            </li>
          ))}
          <li className="total">
            <b>{t('seats.total')}</b>
            <b>{formatPrice(total, i18n.language)}</b>
          </li>
        </ul>
      </section>
      {stage === 'PENDING' && <Pay purchase={purchase} onOver={() => void again().catch(() => undefined)} />}
      {stage !== 'CONFIRMED' && <DoorTickets purchase={purchase} />}
      <GiveUp purchase={purchase} />
      <Story purchase={purchase} />
    </>
  );
}

/** The state of the purchase in words. Screen readers announce changes at once. */
function Headline({ purchase }: { purchase: PurchasePartsFragment }) {
  const { t, i18n } = useTranslation();
  const stage = stageOf(purchase);
  const refund = refundOf(purchase);
  const points = formatPoints(purchase.total, i18n.language);
  return (
    <div className="stack" role="status">
      <h1>{t(headlines[stage])}</h1>
      {stage === 'PAID' && <Notice>{t('purchase.paidHint')}</Notice>}
      {stage === 'CONFIRMED' && <Notice tone="good">{t('purchase.confirmedHint')}</Notice>}
      <Moved purchase={purchase} />
      {purchase.endedBecause && (
        <Notice tone="warning">{t(`purchase.ended.${purchase.endedBecause}`)}</Notice>
      )}
      {refund === 'COMING' && <Notice>{t('purchase.refunding', { points })}</Notice>}
      {refund === 'DONE' && (
        <Notice tone="good">
          {t('purchase.refunded', {
            points,
            time: formatMoment(purchase.payment?.refundedAt ?? '', i18n.language),
          })}
        </Notice>
      )}
      {purchase.endedBecause && purchase.endedBecause !== 'SHOW_CANCELLED' && purchase.schedule && (
        <Link className="link" href={`/dates/${purchase.schedule.id}`}>
          {t('purchase.again')}
        </Link>
      )}
    </div>
  );
}

/** What became of the date since the fan chose it, and until when they may give the seats back for that. */
function Moved({ purchase }: { purchase: PurchasePartsFragment }) {
  const { t, i18n } = useTranslation();
  const { movedFrom, refundableUntil, schedule } = purchase;
  const stage = stageOf(purchase);
  if (movedFrom === null || !schedule || stage === 'CANCELLED' || stage === 'EXPIRED') return null;
  const evening = (instant: string) => formatEvening(instant, i18n.language);
  return (
    <Notice tone="warning">
      <p>{t('purchase.moved', { date: evening(schedule.startsAt), before: evening(movedFrom) })}</p>
      {mayGiveBack(purchase) && <p>{t('purchase.movedOffer', { until: evening(refundableUntil) })}</p>}
    </Notice>
  );
}

const mayGiveBack = ({ refundableUntil }: PurchasePartsFragment) => Date.parse(refundableUntil) > serverNow();

const headlines = {
  PENDING: 'purchase.holdHeading',
  PAID: 'purchase.paid',
  CONFIRMED: 'purchase.confirmed',
  CANCELLED: 'tickets.status.CANCELLED',
  EXPIRED: 'tickets.status.EXPIRED',
} as const;

function GiveUp({ purchase }: { purchase: PurchasePartsFragment }) {
  const { t, i18n } = useTranslation();
  const { run, busy, problem } = useAction(CancelDocument);
  const stage = stageOf(purchase);
  if (stage !== 'PENDING' && (stage !== 'CONFIRMED' || !mayGiveBack(purchase))) return null;
  const points = formatPoints(purchase.total, i18n.language);
  const paid = stage === 'CONFIRMED';
  return (
    <div className="stack">
      <ProblemNotice problem={problem} />
      <div>
        <Confirm
          className="button"
          label={t(paid ? 'purchase.cancel' : 'purchase.release')}
          question={t(paid ? 'purchase.cancelConfirm' : 'purchase.releaseConfirm')}
          hint={paid ? t('purchase.cancelHint', { points }) : t('purchase.releaseHint')}
          yes={t(paid ? 'purchase.cancel' : 'purchase.release')}
          no={t('purchase.keep')}
          busy={busy}
          onYes={() => void run({ id: purchase.id })}
        />
      </div>
    </div>
  );
}

/** The history of the purchase, with the time of each step. */
function Story({ purchase }: { purchase: PurchasePartsFragment }) {
  const { t, i18n } = useTranslation();
  const { createdAt, confirmedAt, endedAt, status, payment } = purchase;
  const steps = [
    { name: t('purchase.held'), at: createdAt },
    { name: t('tickets.status.CONFIRMED'), at: confirmedAt },
    { name: t(status === 'EXPIRED' ? 'tickets.status.EXPIRED' : 'tickets.status.CANCELLED'), at: endedAt },
    { name: t('tickets.refunded'), at: payment?.refundedAt ?? null },
  ].filter((step): step is { name: string; at: string } => step.at !== null);
  return (
    <section className="stack tight" aria-labelledby="story">
      <h2 id="story">{t('purchase.story')}</h2>
      <ol className="story small">
        {steps.map(({ name, at }) => (
          <li key={name}>
            <b>{name}</b> <span className="soft numbers">{formatMoment(at, i18n.language)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
