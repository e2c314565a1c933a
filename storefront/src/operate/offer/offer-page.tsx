import { useCallback, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Link } from 'wouter';
import { useAction } from '../../api/use-action.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { Choice, Choices } from '../../design/choice.tsx';
import { Icon } from '../../design/icon.tsx';
import { Notice, ProblemNotice } from '../../design/notice.tsx';
import { Empty, Failed, Loading } from '../../design/states.tsx';
import { useTitle } from '../../design/use-title.ts';
import { formatEvening } from '../../i18n/formats.ts';
import { SeatCanvas } from '../../seat-map/seat-canvas.tsx';
import { AVAILABLE, KEPT_BACK } from '../../seat-map/seats.ts';
import type { Seats } from '../../seat-map/seats.ts';
import { useSeats } from '../../seat-map/use-seats.ts';
import { GiveSeatsFreeDocument, KeepSeatsBackDocument } from '../operations.generated.ts';
import { ChooseMany } from './choose-many.tsx';
import { choosable, chosenRows } from './chosen-rows.ts';
import { OfferPlaces } from './offer-places.tsx';
import type { Offering } from './offer-places.tsx';
import '../../seat-map/seat-map.css';

/** The seats that can be chosen for it. */
const wanted = { keepBack: AVAILABLE, giveFree: KEPT_BACK } as const;
const mostAtOnce = 2_000;

/** Keeps seats of a date back from the sale, and gives them free later. */
export function OfferPage({ scheduleId }: { scheduleId: string }) {
  const { t, i18n } = useTranslation('operate');
  const [how, setHow] = useState<Offering>('keepBack');
  useTitle(t('offer.heading'));
  const { hall, error, again } = useSeats(scheduleId, wanted[how]);
  if (error !== undefined) return <div className="page">{<Failed error={error} again={again} />}</div>;
  if (hall === null) return <Empty isPage title={t('offer.gone')} />;
  if (hall === undefined)
    return (
      <div className="page">
        <Loading rows={6} />
      </div>
    );
  const { concert, startsAt, id } = hall.schedule;
  return (
    <div className="page stack wide">
      <div>
        <Link className="link small" href={`/sales/${concert.id}`}>
          ← {concert.title}
        </Link>
        <h1>{t('offer.heading')}</h1>
        <p className="soft">{formatEvening(startsAt, i18n.language)}</p>
      </div>
      <Choices label={t('offer.how')} isLabelHidden value={how} onChange={setHow}>
        <Choice value="keepBack">{t('offer.keepBack.choice')}</Choice>
        <Choice value="giveFree">{t('offer.giveFree.choice')}</Choice>
      </Choices>
      {hall.seats.wanted === wanted[how] ? (
        <Offer key={how} {...{ how }} scheduleId={id} seats={hall.seats} />
      ) : (
        <Loading rows={6} />
      )}
    </div>
  );
}

interface OfferProps {
  readonly scheduleId: string;
  readonly seats: Seats;
  readonly how: Offering;
}

function Offer({ scheduleId, seats, how }: OfferProps) {
  const { t } = useTranslation('operate');
  const { chosen, choose, toggle } = useChosen(seats);
  const actions = { keepBack: useAction(KeepSeatsBackDocument), giveFree: useAction(GiveSeatsFreeDocument) };
  const { run, busy, problem } = actions[how];
  const [done, setDone] = useState<'done' | 'taken'>();
  const apply = async (input: { seatIds: string[] } | { standing: { section: string; count: number } }) => {
    setDone(undefined);
    const answer = await run({ input: { scheduleId, ...input } });
    if (answer?.__typename === 'SeatsTaken') {
      seats.take(answer.seatIds);
      setDone('taken');
    } else if (answer !== undefined) setDone('done');
  };
  return (
    <div className="sale">
      <SeatCanvas {...{ seats, chosen, toggle }} others={t(`offer.${how}.others`)} />
      <div className="stack side">
        <ChosenRows
          {...{ seats, chosen, how, busy, toggle }}
          onApply={() => void apply({ seatIds: [...chosen].map(seats.idOf) })}
        />
        <div role="status">
          {done === 'done' && <Notice tone="good">{t('room.done')}</Notice>}
          {done === 'taken' && <Notice tone="warning">{t('offer.taken')}</Notice>}
        </div>
        <ProblemNotice problem={problem} />
        <ChooseMany seats={seats} onChoose={choose} />
        <OfferPlaces {...{ seats, how, busy }} onApply={(standing) => void apply({ standing })} />
      </div>
    </div>
  );
}

interface ChosenRowsProps {
  readonly seats: Seats;
  readonly chosen: ReadonlySet<number>;
  readonly how: Offering;
  readonly busy: boolean;
  readonly toggle: (...seats: number[]) => void;
  readonly onApply: () => void;
}

/** What was chosen, and what would become of it. */
function ChosenRows({ seats, chosen, how, busy, toggle, onApply }: ChosenRowsProps) {
  const { t } = useTranslation('operate');
  const count = chosen.size;
  const isTooMany = count > mostAtOnce;
  return (
    <section className="card stack tight" aria-labelledby="chosen">
      <h2 id="chosen">{t('offer.chosen')}</h2>
      {count === 0 && <p className="soft small">{t(`offer.${how}.nothing`)}</p>}
      <ul className="stack tight">
        {chosenRows(seats.layout, chosen).map(({ section, row, numbers, seats: ofRow }) => {
          const text = t('offer.ofRow', { section: section.name, row: row.name, numbers });
          return (
            <li key={row.first} className="row apart small">
              <span>{text}</span>
              <Button
                className="button quiet"
                aria-label={t('offer.remove', { seats: text })}
                onPress={() => toggle(...ofRow)}
              >
                <Icon name="close" size={16} />
              </Button>
            </li>
          );
        })}
      </ul>
      {count > 0 && (
        <Notice tone="warning">
          {t(isTooMany ? 'offer.tooMany' : `offer.${how}.would`, { count: isTooMany ? mostAtOnce : count })}
        </Notice>
      )}
      <ActionButton
        className="button primary"
        busy={busy}
        isDisabled={count === 0 || isTooMany}
        onPress={onApply}
      >
        {t(`offer.${how}.apply`)}
      </ActionButton>
    </section>
  );
}

/** The seats that were chosen and still are what they have to be. */
function useChosen(seats: Seats) {
  useSyncExternalStore(seats.subscribe, seats.revision);
  const [tapped, setTapped] = useState<ReadonlySet<number>>(new Set());
  const choose = useCallback(
    (more: readonly number[]) => {
      const found = choosable(seats.layout, seats.isAvailable, more);
      setTapped((before) => new Set([...before, ...found].filter(seats.isAvailable)));
    },
    [seats],
  );
  /** Lets go of seats that were chosen, with their companions; chooses others. */
  const toggle = useCallback(
    (...some: number[]) => {
      const both = choosable(seats.layout, seats.isAvailable, some);
      setTapped((before) => {
        const isChosen = some.every((seat) => before.has(seat));
        const others = [...before].filter((seat) => !both.includes(seat) && seats.isAvailable(seat));
        return new Set(isChosen ? others : [...others, ...both]);
      });
    },
    [seats],
  );
  const isGone = [...tapped].some((seat) => !seats.isAvailable(seat));
  // The same set as long as it has the same seats, as the map is drawn anew for another one.
  const chosen = isGone ? new Set([...tapped].filter(seats.isAvailable)) : tapped;
  return { chosen, choose, toggle };
}
