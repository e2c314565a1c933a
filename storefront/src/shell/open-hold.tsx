import { useQuery } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { OpenHoldDocument } from '../api/operations.generated.ts';
import { useSession } from '../api/session.ts';
import { useNow } from '../design/use-now.ts';
import { formatCountdown } from '../i18n/formats.ts';

/** Reminds the fan of an unpaid hold on every page, also after a reload and on another device. */
export function OpenHold() {
  const { t } = useTranslation();
  const session = useSession();
  const [path] = useLocation();
  const { data, refetch } = useQuery(OpenHoldDocument, { skip: session === undefined });
  const askedAt = useRef(path);
  useEffect(() => {
    if (session === undefined || askedAt.current === path) return;
    askedAt.current = path;
    void refetch().catch(() => undefined);
  }, [path, session, refetch]);
  const hold = session && data?.me?.openHolds?.edges[0]?.node;
  const now = useNow(hold !== undefined);
  if (hold?.status !== 'PENDING' || hold.payment || path === `/tickets/${hold.id}`) return null;
  const left = Date.parse(hold.expiresAt) - now;
  if (left <= 0) return null;
  return (
    <Link className="open-hold" href={`/tickets/${hold.id}`}>
      <span>{t('purchase.openHold')}</span>
      <b className="numbers">{formatCountdown(left)}</b>
      <span className="go">{t('purchase.goPay')}</span>
    </Link>
  );
}
