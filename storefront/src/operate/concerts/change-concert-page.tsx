import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Link } from 'wouter';
import { useAction } from '../../api/use-action.ts';
import { serverNow } from '../../api/server-clock.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { Consent } from '../../design/choice.tsx';
import { Field } from '../../design/field.tsx';
import { Notice, ProblemNotice } from '../../design/notice.tsx';
import { Empty, Failed, Loading } from '../../design/states.tsx';
import { useNow } from '../../design/use-now.ts';
import { useTitle } from '../../design/use-title.ts';
import { formatMoment, fromInput, toInput } from '../../i18n/formats.ts';
import { NumberOf } from '../halls/number-of.tsx';
import { ChangeConcertDocument, ConcertToChangeDocument } from '../operations.generated.ts';
import { changesOf, consequencesOf, isHidden } from './concert-changes.ts';
import type { Concert, Consequence, Draft } from './concert-changes.ts';
import { MomentField } from './moment-field.tsx';

/** Changes a concert's words, times and limit, after saying what that would do. */
export function ChangeConcertPage({ id }: { id: string }) {
  const { t } = useTranslation('operate');
  useTitle(t('concert.change'));
  const { data, error, refetch } = useQuery(ConcertToChangeDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  if (data?.concert === null) return <Empty isPage title={t('sale.gone')} />;
  return (
    <div className="page stack">
      <div>
        <Link className="link small" href={`/sales/${id}`}>
          ← {data?.concert?.title ?? t('nav.sales')}
        </Link>
        <h1>{t('concert.change')}</h1>
      </div>
      {data?.concert ? (
        <ChangeForm concert={data.concert} lookAgain={() => void refetch()} />
      ) : error ? (
        <Failed error={error} again={refetch} />
      ) : (
        <Loading rows={6} />
      )}
    </div>
  );
}

/** What the operator did not touch is as the concert is now, so a look at a later version loses nothing that they typed. */
function ChangeForm({ concert, lookAgain }: { concert: Concert; lookAgain: () => void }) {
  const { t } = useTranslation('operate');
  const [draft, setDraft] = useState<Draft>({});
  const [isDone, setDone] = useState(false);
  const now = useNow();
  const { run, busy, problem, forget } = useAction(ChangeConcertDocument);
  const consequences = consequencesOf(concert, draft, now);
  const isIdle = consequences.length === 0;
  const change = (more: Draft) => {
    setDone(false);
    setDraft((before) => ({ ...before, ...more }));
  };
  const apply = async () => {
    const { id, version } = concert;
    if ((await run({ input: { id, version, ...changesOf(concert, draft) } })) === undefined) return;
    setDraft({});
    setDone(true);
  };
  const words = (name: 'title' | 'artist' | 'description') => (
    <Field
      label={t(`concert.${name}`)}
      value={draft[name] ?? concert[name]}
      isRequired={name !== 'description'}
      isLong={name === 'description'}
      maxLength={name === 'description' ? 2_000 : 200}
      onChange={(value) => change({ [name]: value })}
    />
  );
  return (
    <form
      className="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        void apply();
      }}
    >
      {words('title')}
      {words('artist')}
      {words('description')}
      <MomentField
        label={t('concert.opensAt')}
        value={toInput(draft.salesOpenAt ?? concert.salesOpenAt)}
        onChange={(value) => {
          if (value !== '') change({ salesOpenAt: fromInput(value) });
        }}
      />
      <NumberOf
        label={t('concert.most')}
        value={draft.maxSeatsPerFan ?? concert.maxSeatsPerFan}
        range={[1, 10]}
        onChange={(maxSeatsPerFan) => change({ maxSeatsPerFan })}
      />
      {isHidden(concert, now) ? (
        <Publishing concert={concert} draft={draft} onChange={change} />
      ) : (
        <p className="soft small">{t('concert.isPublished')}</p>
      )}
      <div role="status">
        {!isIdle ? (
          <Notice tone="warning">
            <b>{t('room.wouldDo')}</b>
            <ul className="consequences">
              {consequences.map((each) => (
                <li key={each.then}>
                  <Then consequence={each} />
                </li>
              ))}
            </ul>
          </Notice>
        ) : (
          isDone && <Notice tone="good">{t('room.done')}</Notice>
        )}
      </div>
      <ProblemNotice problem={problem} instead={{ CHANGED_MEANWHILE: t('concert.changedMeanwhile') }} />
      <div className="row">
        {problem?.code === 'CHANGED_MEANWHILE' ? (
          <Button
            className="button"
            onPress={() => {
              forget();
              lookAgain();
            }}
          >
            {t('concert.lookAgain')}
          </Button>
        ) : (
          <ActionButton className="button primary" type="submit" busy={busy} isDisabled={isIdle}>
            {t('room.apply')}
          </ActionButton>
        )}
        {!isIdle && (
          <Button className="button quiet" onPress={() => setDraft({})}>
            {t('room.undo')}
          </Button>
        )}
      </div>
    </form>
  );
}

interface PublishingProps {
  readonly concert: Concert;
  readonly draft: Draft;
  readonly onChange: (more: Draft) => void;
}

/** When a hidden concert is seen by everybody. */
function Publishing({ concert, draft, onChange }: PublishingProps) {
  const { t } = useTranslation('operate');
  const [isAtOnce, setAtOnce] = useState(false);
  const told = draft.publishAt ?? concert.publishAt ?? '';
  return (
    <>
      <MomentField
        label={t('concert.publishAt')}
        value={told === '' ? '' : toInput(told)}
        isDisabled={isAtOnce}
        onChange={(value) => {
          if (value !== '') onChange({ publishAt: fromInput(value) });
        }}
      />
      <Consent
        isSelected={isAtOnce}
        onChange={(wanted) => {
          setAtOnce(wanted);
          onChange({ publishAt: wanted ? new Date(serverNow()).toISOString() : (concert.publishAt ?? '') });
        }}
      >
        {t('concert.publishNow')}
      </Consent>
    </>
  );
}

function Then({ consequence }: { consequence: Consequence }) {
  const { t, i18n } = useTranslation('operate');
  const time = (instant: string) => formatMoment(instant, i18n.language);
  switch (consequence.then) {
    case 'title':
    case 'artist':
    case 'allows':
    case 'allowsFewer': {
      const { then, before, after } = consequence;
      return t(`concert.then.${then}`, { before, after });
    }
    case 'description':
    case 'publishesNow':
    case 'opensNow':
      return t(`concert.then.${consequence.then}`);
    case 'opensLater':
    case 'opensEarlier': {
      const { then, before, after } = consequence;
      return t(`concert.then.${then}`, { before: time(before), after: time(after) });
    }
    case 'closesUntil':
    case 'publishes':
      return t(`concert.then.${consequence.then}`, { after: time(consequence.after) });
    default:
      return consequence satisfies never;
  }
}
