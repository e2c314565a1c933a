import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { Choice, Choices } from '../design/choice.tsx';
import { formatPrice } from '../i18n/formats.ts';
import type { LaidSection } from './layout.ts';
import type { ChoosingProps } from './seat-canvas.tsx';

/** The hall in words: section, row, seats. Whatever the map can do, this can. */
export function SeatList({ seats, chosen, toggle }: ChoosingProps) {
  const { t, i18n } = useTranslation();
  useSyncExternalStore(seats.subscribe, seats.revision);
  const { sections } = seats.layout;
  const [name, setName] = useState(sections[0]?.name ?? '');
  const [wanted, setWanted] = useState<number>();
  const section = sections.find((each) => each.name === name);
  if (section === undefined) return null;
  const freeIn = (row: number) =>
    seats.countAvailable(section.first + (row - 1) * section.seatsPerRow, section.seatsPerRow);
  const rows = Array.from({ length: section.rows }, (_, index) => index + 1);
  const row = wanted ?? rows.find((each) => freeIn(each) > 0) ?? 1;
  return (
    <div className="card stack list">
      <Choices
        label={t('seats.section')}
        value={name}
        onChange={(next) => {
          setName(next);
          setWanted(undefined);
        }}
      >
        {sections.map((each) => (
          <Choice key={each.name} value={each.name}>
            {each.name} · {formatPrice(each.price, i18n.language)}
          </Choice>
        ))}
      </Choices>
      <label className="field">
        <span className="label">{t('seats.row')}</span>
        <select value={row} onChange={({ target }) => setWanted(Number(target.value))}>
          {rows.map((each) => (
            <option key={each} value={each}>
              {t('seats.rowOption', { row: each, count: freeIn(each) })}
            </option>
          ))}
        </select>
      </label>
      <Row key={`${name}/${row}`} {...{ seats, chosen, toggle, section, row }} />
    </div>
  );
}

function Row({ seats, chosen, toggle, section, row }: ChoosingProps & { section: LaidSection; row: number }) {
  const { t } = useTranslation();
  const first = section.first + (row - 1) * section.seatsPerRow;
  return (
    <div className="field" role="group" aria-label={t('seats.seatsInRow', { section: section.name, row })}>
      {seats.countAvailable(first, section.seatsPerRow) === 0 && <p className="soft">{t('seats.rowFull')}</p>}
      <div className="choices seats">
        {Array.from({ length: section.seatsPerRow }, (_, at) => {
          const isFree = seats.isAvailable(first + at);
          const label = t('seats.seat', { section: section.name, row, number: at + 1 });
          return (
            <ToggleButton
              key={at}
              className="choice numbers"
              aria-label={isFree ? label : `${label}, ${t('seats.taken')}`}
              isDisabled={!isFree}
              isSelected={chosen.has(first + at)}
              onChange={() => toggle(first + at)}
            >
              {at + 1}
            </ToggleButton>
          );
        })}
      </div>
    </div>
  );
}
