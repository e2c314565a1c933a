import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Choice, Choices, Consent } from '../../design/choice.tsx';
import { Field } from '../../design/field.tsx';
import { NumberOf } from './number-of.tsx';
import { reorderSection, toggleWheelchair } from './scene.ts';
import type { Scene, SceneSection } from './scene.ts';

interface SectionFieldsProps {
  readonly scene: Scene;
  readonly selected: number;
  readonly section: SceneSection;
  /** @param subject of consecutive changes that are undone together */
  readonly onChange: (change: Partial<SceneSection>, subject?: string) => void;
  readonly onScene: (make: (scene: Scene) => Scene) => void;
  readonly onSelect: (index: number) => void;
  readonly duplicate: () => void;
  readonly remove: () => void;
}

type NumberKey = {
  [Key in keyof SceneSection]: SceneSection[Key] extends number ? Key : never;
}[keyof SceneSection];

const ranges: Readonly<Record<NumberKey, readonly [number, number]>> = {
  x: [-100_000, 100_000],
  y: [-100_000, 100_000],
  turn: [-360, 360],
  rows: [1, 200],
  seatsPerRow: [1, 200],
  firstRow: [1, 1_000],
  firstNumber: [1, 10_000],
  seatPitch: [44, 300],
  rowPitch: [44, 500],
  width: [50, 100_000],
  depth: [50, 100_000],
};

/** All properties of one section, as fields. They can do everything that the drawing can. */
export function SectionFields(props: SectionFieldsProps) {
  const { scene, selected, section, onChange, onScene, onSelect, duplicate, remove } = props;
  const { t } = useTranslation('operate');
  const isStanding = section.kind === 'STANDING';
  const field = (key: NumberKey) => (
    <NumberOf
      key={key}
      label={t(isStanding && key === 'seatsPerRow' ? 'halls.capacity' : `halls.${key}`)}
      value={section[key]}
      range={isStanding && key === 'seatsPerRow' ? [1, 40_000] : ranges[key]}
      onChange={(value) => onChange({ [key]: value }, key)}
    />
  );
  const reorder = (by: -1 | 1) => {
    onScene((now) => reorderSection(now, selected, by));
    onSelect(selected + by);
  };
  const keys: NumberKey[] = isStanding
    ? ['seatsPerRow', 'width', 'depth', 'x', 'y', 'turn']
    : ['rows', 'seatsPerRow', 'x', 'y', 'turn', 'seatPitch', 'rowPitch', 'firstRow', 'firstNumber'];
  return (
    <section className="card stack" aria-labelledby="section">
      <h2 id="section">{t(isStanding ? 'halls.standing' : 'halls.seats')}</h2>
      <Field
        label={t('halls.sectionName')}
        value={section.name}
        maxLength={200}
        onChange={(name) => onChange({ name }, 'name')}
      />
      <div className="fields">{keys.map(field)}</div>
      {!isStanding && <Rows {...props} />}
      <div className="row">
        <Button className="button" isDisabled={selected === 0} onPress={() => reorder(-1)}>
          {t('halls.nearer')}
        </Button>
        <Button
          className="button"
          isDisabled={selected === scene.sections.length - 1}
          onPress={() => reorder(1)}
        >
          {t('halls.farther')}
        </Button>
        <Button className="button" onPress={duplicate}>
          {t('halls.duplicate')}
        </Button>
        <Button className="button" onPress={remove}>
          {t('halls.remove')}
        </Button>
      </div>
    </section>
  );
}

/** A radius with which a section of this width is a gentle curve. */
const gentle = ({ seatsPerRow, seatPitch }: SceneSection) => Math.max(300, 2 * seatsPerRow * seatPitch);

/** The fields for the curve, the numbers and the aisles of rows. */
function Rows({ section, selected, onChange, onScene }: SectionFieldsProps) {
  const { t } = useTranslation('operate');
  const { radius, firstRow, firstNumber, rows, seatsPerRow, wheelchairs } = section;
  const [seat, setSeat] = useState({ row: firstRow, number: firstNumber });
  const numbersOf = (text: string) =>
    text
      .split(/[\s,]+/)
      .map(Number)
      .filter((number) => Number.isInteger(number) && number > 0);
  return (
    <>
      <Consent
        isSelected={radius !== null}
        onChange={(isCurved) => onChange({ radius: isCurved ? gentle(section) : null })}
      >
        {t('halls.curved')}
      </Consent>
      {radius !== null && (
        <NumberOf
          label={t('halls.radius')}
          value={radius}
          range={[100, 100_000]}
          onChange={(value) => onChange({ radius: value }, 'radius')}
        />
      )}
      <Choices
        label={t('halls.numbering')}
        value={section.numbering}
        onChange={(numbering) => onChange({ numbering })}
      >
        <Choice value="LEFT_TO_RIGHT">{t('halls.leftToRight')}</Choice>
        <Choice value="RIGHT_TO_LEFT">{t('halls.rightToLeft')}</Choice>
      </Choices>
      <Field
        key={section.aislesAfter.join()}
        label={t('halls.aisles')}
        defaultValue={section.aislesAfter.join(', ')}
        onBlur={({ target }) => {
          const typed = numbersOf(target.value);
          if (typed.join() !== section.aislesAfter.join()) onChange({ aislesAfter: typed });
        }}
      />
      <fieldset className="stack tight">
        <legend className="label">{t('halls.wheelchairs')}</legend>
        <ul className="stack tight small">
          {wheelchairs.map(({ row, number, companion }) => (
            <li key={`${row} ${number}`} className="row apart">
              {t('halls.pair', { row, number, companion })}
              <Button
                className="button quiet"
                onPress={() => onScene((now) => toggleWheelchair(now, selected, row, number))}
              >
                {t('halls.remove')}
              </Button>
            </li>
          ))}
        </ul>
        <div className="fields">
          <NumberOf
            label={t('halls.row')}
            value={seat.row}
            range={[firstRow, firstRow + rows - 1]}
            onChange={(row) => setSeat({ ...seat, row })}
          />
          <NumberOf
            label={t('halls.number')}
            value={seat.number}
            range={[firstNumber, firstNumber + seatsPerRow - 1]}
            onChange={(number) => setSeat({ ...seat, number })}
          />
        </div>
        <Button
          className="button"
          onPress={() => onScene((now) => toggleWheelchair(now, selected, seat.row, seat.number))}
        >
          {t('halls.addPair')}
        </Button>
      </fieldset>
    </>
  );
}
