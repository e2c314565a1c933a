import { skipToken, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import type { SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useAction } from '../../api/use-action.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { Notice, ProblemNotice } from '../../design/notice.tsx';
import { fromInput } from '../../i18n/formats.ts';
import { MomentField } from '../concerts/moment-field.tsx';
import { AddScheduleInHallDocument, HallsDocument, HallSectionsDocument } from '../operations.generated.ts';
import { NumberOf } from './number-of.tsx';

/** Puts another date on sale, in a hall that was drawn. */
export function AddDate({ concertId, onAdded }: { concertId: string; onAdded: (id: string) => void }) {
  const { t } = useTranslation('operate');
  const halls = useQuery(HallsDocument, { fetchPolicy: 'cache-and-network' }).data?.halls ?? [];
  const [hallId, setHall] = useState('');
  const chosen = hallId === '' ? halls[0]?.id : hallId;
  const { data } = useQuery(
    HallSectionsDocument,
    chosen === undefined ? skipToken : { variables: { id: chosen } },
  );
  const [startsAt, setStart] = useState('');
  const [prices, setPrices] = useState<Readonly<Record<string, number>>>({});
  const { run, busy, problem } = useAction(AddScheduleInHallDocument);
  const [isDone, setDone] = useState(false);
  const sections = data?.hall?.sections ?? [];
  const add = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (chosen === undefined || startsAt === '') return;
    setDone(false);
    const priced = sections.map(({ name }) => ({ section: name, price: prices[name] ?? 0 }));
    const input = { concertId, startsAt: fromInput(startsAt), hallId: chosen, prices: priced };
    const answer = await run({ input });
    if (answer === undefined) return;
    setDone(true);
    onAdded(answer.id);
  };
  return (
    <section className="card stack" aria-labelledby="add-date">
      <h2 id="add-date">{t('halls.addDate')}</h2>
      {halls.length === 0 ? (
        <p className="soft small">{t('halls.none')}</p>
      ) : (
        <form className="stack tight" onSubmit={(event) => void add(event)}>
          <MomentField label={t('halls.startsAt')} value={startsAt} onChange={setStart} />
          <label className="field">
            <span className="label">{t('halls.hall')}</span>
            <select value={chosen} onChange={({ target }) => setHall(target.value)}>
              {halls.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          {sections.map(({ name }) => (
            <NumberOf
              key={name}
              label={t('halls.priceOf', { section: name })}
              value={prices[name] ?? 0}
              range={[0, 10_000_000]}
              onChange={(price) => setPrices((before) => ({ ...before, [name]: price }))}
            />
          ))}
          <ActionButton className="button primary" type="submit" busy={busy}>
            {t('halls.putOnSale')}
          </ActionButton>
        </form>
      )}
      <ProblemNotice problem={problem} />
      {isDone && <Notice>{t('halls.onSale')}</Notice>}
    </section>
  );
}
