import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { WalletDocument } from '../api/operations.generated.ts';
import type { WalletQuery } from '../api/operations.generated.ts';
import { ActionButton } from '../design/action-button.tsx';
import { Choice, Choices } from '../design/choice.tsx';
import { MoreButton } from '../design/more-button.tsx';
import { Notice, ProblemNotice } from '../design/notice.tsx';
import { Failed, Loading } from '../design/states.tsx';
import { useTitle } from '../design/use-title.ts';
import { formatMoment, formatPoints } from '../i18n/formats.ts';
import { useCharge } from './use-charge.ts';
import './wallet.css';

type History = NonNullable<NonNullable<WalletQuery['me']>['wallet']>['history'];
const amounts = [50_000, 100_000, 300_000, 500_000, 1_000_000];

/** The fan's points: the balance, a way to charge more, and the history. */
export function WalletPage() {
  const { t, i18n } = useTranslation();
  useTitle(t('wallet.heading'));
  const { data, error, refetch, fetchMore } = useQuery(WalletDocument, { fetchPolicy: 'cache-and-network' });
  const wallet = data?.me?.wallet;
  return (
    <div className="page middle stack wide">
      <h1>{t('wallet.heading')}</h1>
      {error && !wallet ? (
        <Failed error={error} again={refetch} />
      ) : !wallet ? (
        <Loading />
      ) : (
        <>
          <section className="balance" aria-labelledby="balance">
            <h2 id="balance">{t('wallet.balance')}</h2>
            <p className="numbers">{formatPoints(wallet.balance, i18n.language)}</p>
            <small>{t('wallet.hint')}</small>
          </section>
          <Charge onCharged={refetch} />
          <section className="stack" aria-labelledby="history">
            <h2 id="history">{t('wallet.history')}</h2>
            <Lines history={wallet.history} />
            <MoreButton pageInfo={wallet.history.pageInfo} fetchMore={fetchMore} />
          </section>
        </>
      )}
    </div>
  );
}

function Charge({ onCharged }: { onCharged: () => Promise<unknown> }) {
  const { t, i18n } = useTranslation();
  const { charge, busy, problem } = useCharge();
  const [amount, setAmount] = useState(100_000);
  const [charged, setCharged] = useState<number>();
  const submit = async () => {
    setCharged(undefined);
    if (!(await charge(amount))) return;
    setCharged(amount);
    await onCharged().catch(() => undefined);
  };
  return (
    <section className="card stack" aria-labelledby="charge">
      <h2 id="charge">{t('wallet.charge')}</h2>
      <Choices
        label={t('wallet.amount')}
        isLabelHidden
        value={String(amount)}
        onChange={(value) => {
          setAmount(Number(value));
        }}
      >
        {amounts.map((each) => (
          <Choice key={each} value={String(each)}>
            {formatPoints(each, i18n.language)}
          </Choice>
        ))}
      </Choices>
      <ProblemNotice problem={problem} />
      <div role="status">
        {charged !== undefined && (
          <Notice tone="good">{t('wallet.charged', { points: formatPoints(charged, i18n.language) })}</Notice>
        )}
      </div>
      <ActionButton busy={busy} onPress={() => void submit()}>
        {t('wallet.chargeNow', { points: formatPoints(amount, i18n.language) })}
      </ActionButton>
    </section>
  );
}

function Lines({ history }: { history: History }) {
  const { t, i18n } = useTranslation();
  if (history.edges.length === 0) return <p className="soft">{t('wallet.none')}</p>;
  return (
    <ul className="ledger numbers">
      {history.edges.map(({ node: { id, kind, amount, balanceAfter, createdAt } }) => (
        <li key={id}>
          <div>
            <b>{t(`wallet.kind.${kind}`)}</b>
            <p className="small soft">{formatMoment(createdAt, i18n.language)}</p>
          </div>
          <div>
            <b className={amount > 0 ? 'in' : undefined}>
              {amount > 0 ? '+' : '−'}
              {formatPoints(Math.abs(amount), i18n.language)}
            </b>
            <p className="small soft">
              {t('wallet.after', { points: formatPoints(balanceAfter, i18n.language) })}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
