import { useQuery } from '@apollo/client/react';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { BalanceDocument, PayDocument } from '../api/operations.generated.ts';
import type { PurchasePartsFragment } from '../api/operations.generated.ts';
import { useAction } from '../api/use-action.ts';
import { ActionButton } from '../design/action-button.tsx';
import { Notice, ProblemNotice } from '../design/notice.tsx';
import { Failed } from '../design/states.tsx';
import { useNow } from '../design/use-now.ts';
import { formatCountdown, formatPoints, formatPrice } from '../i18n/formats.ts';
import { useCharge } from '../wallet/use-charge.ts';

interface PayProps {
  readonly purchase: PurchasePartsFragment;
  /** Called when the time to pay has run out, or the purchase has changed otherwise, so that the page looks again. */
  readonly onOver: () => void;
}

/**
 * Pays for a reservation while there is time. If there are too few points, more are charged first, because a failed payment gives the
 * seats up.
 */
export function Pay({ purchase, onOver }: PayProps) {
  const { t, i18n } = useTranslation();
  const { data, loading, error, refetch } = useQuery(BalanceDocument, { fetchPolicy: 'cache-and-network' });
  const paying = useAction(PayDocument);
  const charging = useCharge();
  const left = Date.parse(purchase.expiresAt) - useNow();
  const balance = data?.me?.wallet?.balance;
  const missing = balance === undefined ? 0 : Math.max(0, purchase.total - balance);
  const price = formatPrice(purchase.total, i18n.language);
  const points = (amount: number) => formatPoints(amount, i18n.language);

  const isOver = left <= 0;
  const look = useEffectEvent(onOver);
  useEffect(() => {
    if (isOver) look();
  }, [isOver]);

  // A reservation has one payment, so its id is the key: pressing twice, or in two tabs, pays once.
  const pay = async () => {
    const input = { reservationId: purchase.id, idempotencyKey: `pay-${purchase.id}` };
    if ((await paying.run({ input })) === undefined) onOver();
  };

  return (
    <section className="card stack" aria-labelledby="pay">
      <div className="row apart">
        <h2 id="pay">{isOver ? t('purchase.over') : t('purchase.payWithin')}</h2>
        <b className={`countdown numbers ${left < 60_000 ? 'soon' : ''}`} role="timer">
          {formatCountdown(left)}
        </b>
      </div>
      <dl className="facts numbers">
        <div>
          <dt>{t('purchase.balance')}</dt>
          <dd>{balance === undefined ? '…' : points(balance)}</dd>
        </div>
        {balance !== undefined && missing === 0 && (
          <div>
            <dt>{t('purchase.afterwards')}</dt>
            <dd>{points(balance - purchase.total)}</dd>
          </div>
        )}
      </dl>
      {missing > 0 && <Notice tone="warning">{t('purchase.short', { points: points(missing) })}</Notice>}
      <ProblemNotice problem={paying.problem ?? charging.problem} />
      {balance === undefined && !loading ? (
        <Failed error={error} again={refetch} />
      ) : missing > 0 ? (
        <ActionButton busy={charging.busy} isDisabled={isOver} onPress={() => void charging.charge(missing)}>
          {t('purchase.chargeNow', { points: points(missing) })}
        </ActionButton>
      ) : (
        <ActionButton
          busy={paying.busy}
          isDisabled={isOver || balance === undefined}
          onPress={() => void pay()}
        >
          {paying.busy ? t('purchase.paying') : t('purchase.pay', { price })}
        </ActionButton>
      )}
    </section>
  );
}
