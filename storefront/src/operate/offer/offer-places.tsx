import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../../design/action-button.tsx';
import type { Section } from '../../seat-map/layout.ts';
import type { Seats } from '../../seat-map/seats.ts';
import { NumberOf } from '../halls/number-of.tsx';

/** What becomes of seats: they are kept back, or given free. */
export type Offering = 'keepBack' | 'giveFree';

interface OfferPlacesProps {
  readonly seats: Seats;
  readonly how: Offering;
  readonly busy: boolean;
  readonly onApply: (standing: { section: string; count: number }) => void;
}

/** So many places of a standing area, whichever they are. Nothing when the hall has none. */
export function OfferPlaces({ seats, how, busy, onApply }: OfferPlacesProps) {
  const areas = seats.layout.sections.filter(({ area }) => area !== undefined);
  return areas.map((area) => <OfferArea key={area.name} {...{ seats, how, busy, onApply, area }} />);
}

function OfferArea({ seats, how, busy, onApply, area }: OfferPlacesProps & { area: Section }) {
  const { t } = useTranslation('operate');
  const [count, setCount] = useState(1);
  const most = seats.countAvailable(area);
  return (
    <section className="card stack tight" aria-label={area.name}>
      <h2>{area.name}</h2>
      <p className="soft small">{t(`offer.${how}.places`, { count: most })}</p>
      <NumberOf label={t('offer.howMany')} value={count} range={[1, 2_000]} onChange={setCount} />
      <ActionButton
        className="button"
        busy={busy}
        isDisabled={count > most}
        onPress={() => onApply({ section: area.name, count })}
      >
        {t(`offer.${how}.applyPlaces`, { count })}
      </ActionButton>
    </section>
  );
}
