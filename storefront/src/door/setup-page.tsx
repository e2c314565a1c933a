import { useQuery } from '@apollo/client/react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from 'react-aria-components/Form';
import { faultOf } from '../api/problem.ts';
import type { Problem } from '../api/problem.ts';
import { ActionButton } from '../design/action-button.tsx';
import { Field } from '../design/field.tsx';
import { ProblemNotice } from '../design/notice.tsx';
import { Failed, Loading } from '../design/states.tsx';
import { useTitle } from '../design/use-title.ts';
import { formatMoment } from '../i18n/formats.ts';
import type { Door } from './door.ts';
import { DoorShowsDocument } from './operations.generated.ts';
import type { DoorShowsQuery } from './operations.generated.ts';

interface Show {
  readonly scheduleId: string;
  readonly title: string;
  readonly venue: string;
  readonly startsAt: string;
}

/** How long a show can be chosen after it began: fans come late, and phones break. */
const latestMs = 24 * 60 * 60 * 1_000;

/** Chooses the show and the name of the door. This needs a network; afterwards the door works without one. */
export function SetupPage({ door, userId }: { door: Door; userId: string }) {
  const { t } = useTranslation('door');
  useTitle(t('setup.heading'));
  const [search, setSearch] = useState('');
  const [from] = useState(() => new Date(Date.now() - latestMs).toISOString());
  const { data, error, refetch } = useQuery(DoorShowsDocument, {
    variables: { search: useDeferredValue(search.trim()), from },
  });
  return (
    <div className="page narrow stack wide">
      <h1>{t('setup.heading')}</h1>
      <Field label={t('setup.search')} type="search" value={search} onChange={setSearch} maxLength={200} />
      {data ? (
        <Choose door={door} userId={userId} shows={showsOf(data)} />
      ) : error ? (
        <Failed error={error} again={refetch} />
      ) : (
        <Loading />
      )}
    </div>
  );
}

/** The shows nearest to now come first. */
const showsOf = ({ concerts }: DoorShowsQuery): Show[] =>
  concerts.edges
    .flatMap(({ node: { title, venue, schedules } }) =>
      schedules.map(({ id, startsAt }) => ({ scheduleId: id, title, venue: venue.name, startsAt })),
    )
    .toSorted((one, other) => distance(one) - distance(other));
const distance = ({ startsAt }: Show) => Math.abs(Date.parse(startsAt) - Date.now());

function Choose({ door, userId, shows }: { door: Door; userId: string; shows: readonly Show[] }) {
  const { t, i18n } = useTranslation('door');
  const [scheduleId, choose] = useState('');
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const show = shows.find((each) => each.scheduleId === scheduleId) ?? shows[0];
  const begin = async () => {
    if (show === undefined) return;
    setBusy(true);
    setProblem(undefined);
    const { title, startsAt } = show;
    await door
      .setUp({ ...{ scheduleId: show.scheduleId, title, startsAt, userId }, door: name.trim() })
      .catch((error: unknown) => setProblem(faultOf(error)));
    setBusy(false);
  };
  if (show === undefined) return <p className="soft">{t('setup.none')}</p>;
  return (
    <Form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      <div className="field">
        <label htmlFor="show">{t('setup.show')}</label>
        <select id="show" value={show.scheduleId} onChange={(event) => choose(event.target.value)}>
          {shows.map((each) => (
            <option key={each.scheduleId} value={each.scheduleId}>
              {formatMoment(each.startsAt, i18n.language)} · {each.title} · {each.venue}
            </option>
          ))}
        </select>
      </div>
      <Field
        label={t('setup.door')}
        hint={t('setup.doorHint')}
        value={name}
        onChange={setName}
        maxLength={64}
        isRequired
      />
      <ProblemNotice problem={problem} />
      <ActionButton type="submit" busy={busy} isDisabled={name.trim() === ''}>
        {t('setup.begin')}
      </ActionButton>
    </Form>
  );
}
