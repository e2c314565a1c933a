import { Input, Label, NumberField } from 'react-aria-components/NumberField';

interface NumberOfProps {
  readonly label: string;
  readonly value: number;
  readonly range: readonly [number, number];
  readonly onChange: (value: number) => void;
}

/** A whole number, which is used as soon as the field is left or an arrow key is pressed. */
export const NumberOf = ({ label, value, range: [minValue, maxValue], onChange }: NumberOfProps) => (
  <NumberField
    className="field"
    {...{ value, minValue, maxValue }}
    formatOptions={{ maximumFractionDigits: 0, useGrouping: false }}
    onChange={(typed) => {
      if (!Number.isNaN(typed)) onChange(Math.round(typed));
    }}
  >
    <Label>{label}</Label>
    <Input className="numbers" />
  </NumberField>
);
