import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../design/action-button.tsx';
import { Choice, Choices } from '../design/choice.tsx';
import { formatPrice } from '../i18n/formats.ts';
import type { Seats } from './seats.ts';

interface StandingPlacesProps {
  readonly seats: Seats;
  /** The name of the area that was tapped last. */
  readonly area: string | undefined;
  readonly onArea: (name: string) => void;
  readonly most: number;
  readonly busy: boolean;
  readonly onTake: (wish: { count: number; section: string }) => void;
}

/** Places in standing areas: a fan says how many, not which. Nothing if the hall has no such area. */
export function StandingPlaces({ seats, area, onArea, most, busy, onTake }: StandingPlacesProps) {
  const { t, i18n } = useTranslation();
  useSyncExternalStore(seats.subscribe, seats.revision);
  const [count, setCount] = useState(Math.min(2, most));
  const areas = seats.layout.sections.filter((section) => section.area !== undefined);
  const chosen = areas.find(({ name }) => name === area) ?? areas[0];
  if (chosen === undefined) return null;
  return (
    <section className="card stack" aria-labelledby="standing">
      <div>
        <h2 id="standing">{t('seats.standing')}</h2>
        <p className="small soft">{t('seats.standingHint')}</p>
      </div>
      <Choices label={t('seats.area')} value={chosen.name} onChange={onArea}>
        {areas.map((each) => (
          <Choice key={each.name} value={each.name} isDisabled={seats.countAvailable(each) === 0}>
            {t('seats.areaOption', {
              area: each.name,
              price: formatPrice(each.price, i18n.language),
              count: seats.countAvailable(each),
            })}
          </Choice>
        ))}
      </Choices>
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
      <ActionButton busy={busy} onPress={() => onTake({ count, section: chosen.name })}>
        {t('seats.getPlaces', { count })}
      </ActionButton>
    </section>
  );
}
