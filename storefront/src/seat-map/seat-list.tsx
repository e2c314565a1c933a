import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { Choice, Choices } from '../design/choice.tsx';
import { formatPrice } from '../i18n/formats.ts';
import { numberOf } from './layout.ts';
import type { Row, Section } from './layout.ts';
import type { ChoosingProps } from './seat-canvas.tsx';

/** The hall in words: sections, rows, seats. The list can do everything that the map can. */
export function SeatList({ seats, chosen, toggle }: ChoosingProps) {
  const { t, i18n } = useTranslation();
  useSyncExternalStore(seats.subscribe, seats.revision);
  const sections = seats.layout.sections.filter(({ area }) => area === undefined);
  const [name, setName] = useState(sections[0]?.name ?? '');
  const [wanted, setWanted] = useState<string>();
  const section = sections.find((each) => each.name === name);
  if (section === undefined) return null;
  const { rows } = section;
  const row =
    rows.find((each) => each.name === wanted) ??
    rows.find((each) => seats.countAvailable(each) > 0) ??
    rows[0];
  if (row === undefined) return null;
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
        <select value={row.name} onChange={({ target }) => setWanted(target.value)}>
          {rows.map((each) => (
            <option key={each.first} value={each.name}>
              {t('seats.rowOption', { row: each.name, count: seats.countAvailable(each) })}
            </option>
          ))}
        </select>
      </label>
      <SeatsInRow key={row.first} {...{ seats, chosen, toggle, section, row }} />
    </div>
  );
}

function SeatsInRow({ seats, chosen, toggle, section, row }: ChoosingProps & { section: Section; row: Row }) {
  const { t } = useTranslation();
  const names = { section: section.name, row: row.name };
  return (
    <div className="field" role="group" aria-label={t('seats.seatsInRow', names)}>
      {seats.countAvailable(row) === 0 && <p className="soft">{t('seats.rowFull')}</p>}
      <div className="choices seats">
        {Array.from({ length: row.size }, (_, at) => {
          const seat = row.first + at;
          const isFree = seats.isAvailable(seat);
          const number = numberOf(row, seat);
          const pair = seats.layout.companions.get(seat);
          const place = t('seats.seat', { ...names, number });
          const label =
            pair === undefined
              ? place
              : `${place}, ${t(pair.isWheelchair ? 'seats.wheelchair' : 'seats.companion')}`;
          return (
            <ToggleButton
              key={at}
              className="choice numbers"
              aria-label={isFree ? label : `${label}, ${t('seats.taken')}`}
              isDisabled={!isFree}
              isSelected={chosen.has(seat)}
              onChange={() => toggle(seat)}
            >
              {number}
            </ToggleButton>
          );
        })}
      </div>
    </div>
  );
}
