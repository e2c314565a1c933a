import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../design/action-button.tsx';
import { Choice, Choices } from '../design/choice.tsx';
import { formatPrice } from '../i18n/formats.ts';
import type { Seats } from './seats.ts';

export interface BestWish {
  readonly count: number;
  /** The section; if left out, any. */
  readonly section?: string;
}

interface BestAvailableProps {
  readonly seats: Seats;
  readonly most: number;
  readonly busy: boolean;
  readonly onTake: (wish: BestWish) => void;
}

const anywhere = '';

/** Neighbouring seats that Frontrow chooses, for fans who do not want to choose themselves. */
export function BestAvailable({ seats, most, busy, onTake }: BestAvailableProps) {
  const { t, i18n } = useTranslation();
  useSyncExternalStore(seats.subscribe, seats.revision);
  const [count, setCount] = useState(Math.min(2, most));
  const [section, setSection] = useState(anywhere);
  const sections = seats.layout.sections.filter(({ area }) => area === undefined);
  if (sections.length === 0) return null;
  return (
    <section className="card stack" aria-labelledby="best">
      <div>
        <h2 id="best">{t('seats.best')}</h2>
        <p className="small soft">{t('seats.bestHint')}</p>
      </div>
      <Choices
        label={t('seats.howMany')}
        value={String(count)}
        onChange={(value) => {
          setCount(Number(value));
        }}
      >
        {Array.from({ length: most }, (_, index) => (
          <Choice key={index} value={String(index + 1)}>
            {index + 1}
          </Choice>
        ))}
      </Choices>
      <Choices label={t('seats.section')} value={section} onChange={setSection}>
        <Choice value={anywhere}>{t('seats.anywhere')}</Choice>
        {sections.map((each) => (
          <Choice key={each.name} value={each.name} isDisabled={seats.countAvailable(each) === 0}>
            {each.name} · {formatPrice(each.price, i18n.language)}
          </Choice>
        ))}
      </Choices>
      <ActionButton busy={busy} onPress={() => onTake(section === anywhere ? { count } : { count, section })}>
        {t('seats.getBest', { count })}
      </ActionButton>
    </section>
  );
}
