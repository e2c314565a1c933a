import { useState } from 'react';
import type { SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { numberOf } from '../../seat-map/layout.ts';
import type { Row, Section } from '../../seat-map/layout.ts';
import type { Seats } from '../../seat-map/seats.ts';

interface ChooseManyProps {
  readonly seats: Seats;
  readonly onChoose: (seats: readonly number[]) => void;
}

/** Chooses seats by what they are called: a section, a row of it, or numbers of a row. Whatever the map can do, this can. */
export function ChooseMany({ seats, onChoose }: ChooseManyProps) {
  const { t } = useTranslation('operate');
  const sections = seats.layout.sections.filter(({ area }) => area === undefined);
  const [name, setName] = useState(sections[0]?.name ?? '');
  const [rowName, setRow] = useState('');
  const [[from, to], setNumbers] = useState(['', '']);
  const section = sections.find((each) => each.name === name);
  if (section === undefined) return null;
  const row = section.rows.find((each) => each.name === rowName);
  const choose = (event: SyntheticEvent) => {
    event.preventDefault();
    onChoose(seatsOf(section, row, { from, to }));
  };
  return (
    <form className="card stack tight" onSubmit={choose} aria-label={t('offer.many')}>
      <h2>{t('offer.many')}</h2>
      <label className="field">
        <span className="label">{t('offer.section')}</span>
        <select
          value={name}
          onChange={({ target }) => {
            setName(target.value);
            setRow('');
          }}
        >
          {sections.map((each) => (
            <option key={each.name} value={each.name}>
              {t('offer.sectionOption', { section: each.name, count: seats.countAvailable(each) })}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span className="label">{t('offer.row')}</span>
        <select value={row === undefined ? '' : rowName} onChange={({ target }) => setRow(target.value)}>
          <option value="">{t('offer.allRows')}</option>
          {section.rows.map((each) => (
            <option key={each.first} value={each.name}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      {row !== undefined && (
        <div className="fields">
          <NumberField label={t('offer.from')} value={from} onChange={(value) => setNumbers([value, to])} />
          <NumberField label={t('offer.to')} value={to} onChange={(value) => setNumbers([from, value])} />
        </div>
      )}
      <Button className="button" type="submit">
        {t('offer.choose')}
      </Button>
    </form>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** May be left empty. */
const NumberField = ({ label, value, onChange }: NumberFieldProps) => (
  <label className="field">
    <span className="label">{label}</span>
    <input type="number" value={value} onChange={({ target }) => onChange(target.value)} />
  </label>
);

function seatsOf(
  section: Section,
  row: Row | undefined,
  { from, to }: { from: string; to: string },
): number[] {
  const { first, size } = row ?? section;
  const all = Array.from({ length: size }, (_, index) => first + index);
  if (row === undefined) return all;
  const [lowest, highest] = [from === '' ? -Infinity : Number(from), to === '' ? Infinity : Number(to)];
  return all.filter((seat) => numberOf(row, seat) >= lowest && numberOf(row, seat) <= highest);
}
