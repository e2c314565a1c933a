import { useQuery } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { Failed, Loading } from '../../design/states.tsx';
import { InvariantsDocument } from '../operations.generated.ts';

/** The invariants that each event of a purchase is checked against, as they are now. The audit proves the others, too. */
export function Invariants() {
  const { t } = useTranslation('operate');
  const { data, error, refetch } = useQuery(InvariantsDocument, {
    fetchPolicy: 'cache-and-network',
    pollInterval: 5_000,
  });
  return (
    <section className="stack" aria-labelledby="invariants">
      <div>
        <h2 id="invariants">{t('invariants.heading')}</h2>
        <p className="small soft">{t('invariants.hint')}</p>
      </div>
      {data ? (
        <ul className="lines">
          {data.invariants.map(({ invariant, purchases }) => (
            <li key={invariant} className="row apart">
              {t(`invariants.claim.${invariant}`)}
              <span className={`badge ${purchases === 0 ? 'good' : 'warning'}`}>
                {purchases === 0 ? t('invariants.holds') : t('invariants.broken', { count: purchases })}
              </span>
            </li>
          ))}
        </ul>
      ) : error ? (
        <Failed error={error} again={refetch} />
      ) : (
        <Loading />
      )}
    </section>
  );
}
