import { useQuery } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { UnpaidReservationDocument } from '../api/operations.generated.ts';
import { useSession } from '../api/session.ts';
import { useNow } from '../design/use-now.ts';
import { formatCountdown } from '../i18n/formats.ts';

/** Reminds the fan of an unpaid reservation on every page, also after a reload and on another device. */
export function UnpaidReservation() {
  const { t } = useTranslation();
  const session = useSession();
  const [path] = useLocation();
  const { data, refetch } = useQuery(UnpaidReservationDocument, { skip: session === undefined });
  const askedAt = useRef(path);
  useEffect(() => {
    if (session === undefined || askedAt.current === path) return;
    askedAt.current = path;
    void refetch().catch(() => undefined);
  }, [path, session, refetch]);
  const reservation = session && data?.me?.unpaidReservations?.edges[0]?.node;
  const now = useNow(reservation !== undefined);
  if (reservation?.status !== 'PENDING' || reservation.payment || path === `/tickets/${reservation.id}`)
    return null;
  const left = Date.parse(reservation.expiresAt) - now;
  if (left <= 0) return null;
  return (
    <Link className="unpaid-reservation" href={`/tickets/${reservation.id}`}>
      <span>{t('purchase.unpaidReservation')}</span>
      <b className="numbers">{formatCountdown(left)}</b>
      <span className="go">{t('purchase.goPay')}</span>
    </Link>
  );
}
