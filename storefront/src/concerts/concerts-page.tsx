import { useQuery } from '@apollo/client/react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Input, Label, SearchField } from 'react-aria-components/SearchField';
import { ConcertsDocument } from '../api/operations.generated.ts';
import { Icon } from '../design/icon.tsx';
import { MoreButton } from '../design/more-button.tsx';
import { Empty, Failed, Loading } from '../design/states.tsx';
import { useTitle } from '../design/use-title.ts';
import { ConcertCard } from './concert-card.tsx';
import './concerts.css';

/** The concerts on sale, with a search. */
export function ConcertsPage() {
  const { t } = useTranslation();
  useTitle(t('nav.concerts'));
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const { data, previousData, error, loading, refetch, fetchMore } = useQuery(ConcertsDocument, {
    variables: { search: search === '' ? null : search },
    notifyOnNetworkStatusChange: true,
  });
  const concerts = (data ?? previousData)?.concerts;
  return (
    <div className="page stack wide">
      <div className="stack">
        <h1 className="display">{t('concerts.heading')}</h1>
        <p className="lead soft">{t('concerts.lead')}</p>
        <SearchField className="search" value={typed} onChange={setTyped} maxLength={200}>
          <Label className="visually-hidden">{t('concerts.search')}</Label>
          <Icon name="search" />
          <Input placeholder={t('concerts.search')} />
          <Button className="button quiet clear" aria-label={t('concerts.clear')}>
            <Icon name="close" size={16} />
          </Button>
        </SearchField>
      </div>
      {error && !concerts ? (
        <Failed error={error} again={refetch} />
      ) : !concerts ? (
        <Loading rows={6} />
      ) : concerts.edges.length === 0 ? (
        <Empty title={search === '' ? t('concerts.empty') : t('concerts.none', { search })} />
      ) : (
        <>
          <ul className="concerts">
            {concerts.edges.map(({ node }) => (
              <li key={node.id}>
                <ConcertCard concert={node} />
              </li>
            ))}
          </ul>
          <MoreButton pageInfo={concerts.pageInfo} fetchMore={fetchMore} isDisabled={loading} />
        </>
      )}
    </div>
  );
}
