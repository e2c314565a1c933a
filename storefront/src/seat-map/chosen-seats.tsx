import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { ActionButton } from '../design/action-button.tsx';
import { Icon } from '../design/icon.tsx';
import { formatPrice } from '../i18n/formats.ts';
import { placeOf } from './layout.ts';
import type { ChoosingProps } from './seat-canvas.tsx';

interface ChosenSeatsProps extends ChoosingProps {
  readonly most: number;
  readonly busy: boolean;
  readonly onHold: () => void;
}

export function ChosenSeats({ seats, chosen, toggle, most, busy, onHold }: ChosenSeatsProps) {
  const { t, i18n } = useTranslation();
  const places = [...chosen].map((place) => ({ place, ...placeOf(seats.layout, place) }));
  const total = places.reduce((sum, { section }) => sum + section.price, 0);
  return (
    <section className={`card stack chosen-seats ${chosen.size > 0 ? 'some' : ''}`} aria-labelledby="chosen">
      <h2 id="chosen">{t('seats.chosen')}</h2>
      {places.length === 0 && <p className="small soft">{t('seats.nothingChosen')}</p>}
      <ul className="stack tight">
        {places.map(({ place, section, row, number }) => {
          const name = t('seats.seat', { section: section.name, row: row.name, number });
          const pair = seats.layout.companions.get(place);
          const seat =
            pair === undefined
              ? name
              : `${name}, ${t(pair.isWheelchair ? 'seats.wheelchair' : 'seats.companion')}`;
          return (
            <li key={place} className="line small">
              <span>{seat}</span>

              <span className="numbers">{formatPrice(section.price, i18n.language)}</span>
              <Button
                className="button quiet"
                aria-label={t('seats.remove', { seat })}
                onPress={() => toggle(place)}
              >
                <Icon name="close" size={16} />
              </Button>
            </li>
          );
        })}
      </ul>
      {places.length > 0 && (
        <>
          <dl className="facts numbers">
            <div className="sum">
              <dt>{t('seats.total')}</dt>
              <dd>{formatPrice(total, i18n.language)}</dd>
            </div>
          </dl>
          <ActionButton busy={busy} onPress={onHold}>
            {t('seats.hold')}
          </ActionButton>
        </>
      )}
      <p className="small soft">{t('seats.limit', { count: most })}</p>
    </section>
  );
}
