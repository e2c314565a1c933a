import { skipToken, useQuery } from '@apollo/client/react';
import { useRef, useState } from 'react';
import type { SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearchParams } from 'wouter';
import { newKey } from '../../api/idempotency-key.ts';
import { useAction } from '../../api/use-action.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { Consent } from '../../design/choice.tsx';
import { Field } from '../../design/field.tsx';
import { ProblemNotice } from '../../design/notice.tsx';
import { Loading } from '../../design/states.tsx';
import { useTitle } from '../../design/use-title.ts';
import { fromInput } from '../../i18n/formats.ts';
import { NumberOf } from '../halls/number-of.tsx';
import { ConcertToCopyDocument, CreateConcertDocument } from '../operations.generated.ts';
import { MomentField } from './moment-field.tsx';

const empty = { title: '', artist: '', description: '', venueName: '', venueAddress: '' };
type Words = typeof empty;

/** Makes a concert, new or as a copy of another one (`?copy=<id>`). */
export function NewConcertPage() {
  const { t } = useTranslation('operate');
  useTitle(t('concert.new'));
  const [search] = useSearchParams();
  const copied = search.get('copy');
  const { data, loading } = useQuery(
    ConcertToCopyDocument,
    copied === null ? skipToken : { variables: { id: copied } },
  );
  if (loading)
    return (
      <div className="page">
        <Loading rows={6} />
      </div>
    );
  const concert = data?.concert;
  const words = concert && {
    ...{ title: concert.title, artist: concert.artist, description: concert.description },
    ...{ venueName: concert.venue.name, venueAddress: concert.venue.address },
  };
  return <ConcertForm words={words ?? empty} most={concert?.maxSeatsPerFan ?? 4} />;
}

function ConcertForm({ words: first, most }: { words: Words; most: number }) {
  const { t } = useTranslation('operate');
  const [words, setWords] = useState(first);
  const [opensAt, setOpening] = useState('');
  const [publishesAt, setPublishing] = useState('');
  const [isHidden, setHidden] = useState(false);
  const [maxSeatsPerFan, setMost] = useState(most);
  const { run, busy, problem } = useAction(CreateConcertDocument);
  const [, navigate] = useLocation();
  const last = useRef({ told: '', key: '' });
  const make = async (event: SyntheticEvent) => {
    event.preventDefault();
    const publishAt = isHidden ? fromInput(publishesAt) : undefined;
    const concert = { ...words, salesOpenAt: fromInput(opensAt), maxSeatsPerFan, publishAt };
    // The same concert keeps its idempotency key, however often it is sent.
    const told = JSON.stringify(concert);
    if (last.current.told !== told) last.current = { told, key: newKey() };
    const answer = await run({ input: { ...concert, idempotencyKey: last.current.key } });
    if (answer !== undefined) navigate(`/sales/${answer.id}`);
  };
  const field = (key: keyof Words, isRequired = true) => (
    <Field
      label={t(`concert.${key}`)}
      isRequired={isRequired}
      isLong={key === 'description'}
      value={words[key]}
      maxLength={key === 'description' ? 2_000 : 200}
      onChange={(value) => setWords((before) => ({ ...before, [key]: value }))}
    />
  );
  return (
    <div className="page stack">
      <div>
        <Link className="link small" href="/">
          ← {t('nav.sales')}
        </Link>
        <h1>{t('concert.new')}</h1>
      </div>
      <form className="card stack" onSubmit={(event) => void make(event)}>
        {field('title')}
        {field('artist')}
        {field('description', false)}
        {field('venueName')}
        {field('venueAddress')}
        <MomentField label={t('concert.opensAt')} value={opensAt} onChange={setOpening} />
        <NumberOf label={t('concert.most')} value={maxSeatsPerFan} range={[1, 10]} onChange={setMost} />
        <Consent isSelected={isHidden} onChange={setHidden}>
          {t('concert.hide')}
        </Consent>
        {isHidden && (
          <MomentField label={t('concert.publishAt')} value={publishesAt} onChange={setPublishing} />
        )}
        <ActionButton className="button primary" type="submit" busy={busy}>
          {t('concert.make')}
        </ActionButton>
        <ProblemNotice problem={problem} />
      </form>
    </div>
  );
}
