import { useQuery } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Empty, Failed, Loading } from '../../design/states.tsx';
import { useTitle } from '../../design/use-title.ts';
import { formatMoment, formatNumber } from '../../i18n/formats.ts';
import { HallsDocument } from '../operations.generated.ts';

/** The halls that were drawn, by name. */
export function HallsPage() {
  const { t, i18n } = useTranslation('operate');
  useTitle(t('halls.heading'));
  const { data, error, refetch } = useQuery(HallsDocument, { fetchPolicy: 'cache-and-network' });
  return (
    <div className="page stack wide">
      <div className="row apart">
        <h1>{t('halls.heading')}</h1>
        <Link className="button primary" href={`/halls/${crypto.randomUUID()}/new`}>
          {t('halls.draw')}
        </Link>
      </div>
      {error && !data ? (
        <Failed error={error} again={refetch} />
      ) : !data ? (
        <Loading rows={4} />
      ) : data.halls.length === 0 ? (
        <Empty title={t('halls.none')} />
      ) : (
        <ul className="stack tight">
          {data.halls.map(({ id, name, seats, savedAt }) => (
            <li key={id}>
              <Link className="card row apart" href={`/halls/${id}`}>
                <b>{name}</b>
                <span className="soft small">
                  {t('halls.summary', {
                    seats: formatNumber(seats, i18n.language),
                    time: formatMoment(savedAt, i18n.language),
                  })}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
