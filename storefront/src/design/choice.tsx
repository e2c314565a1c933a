import type { ReactNode } from 'react';
import { CheckboxButton, CheckboxField } from 'react-aria-components/Checkbox';
import { Label, RadioButton, RadioField, RadioGroup } from 'react-aria-components/RadioGroup';
import { Icon } from './icon.tsx';

interface ChoicesProps<Value extends string> {
  readonly label: string;
  /** Hides the label from people who can see what the choices are about. */
  readonly isLabelHidden?: boolean;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly children: ReactNode;
}

/** A choice between a few values, all of them visible. */
export function Choices<Value extends string>({
  label,
  isLabelHidden = false,
  ...props
}: ChoicesProps<Value>) {
  return (
    <RadioGroup
      className="field"
      value={props.value}
      onChange={(value) => {
        props.onChange(value as Value);
      }}
    >
      <Label className={isLabelHidden ? 'visually-hidden' : 'label'}>{label}</Label>
      <div className="choices">{props.children}</div>
    </RadioGroup>
  );
}

interface ChoiceProps {
  readonly value: string;
  readonly isDisabled?: boolean;
  readonly children: ReactNode;
}

export const Choice = ({ children, ...props }: ChoiceProps) => (
  <RadioField {...props}>
    <RadioButton className="choice numbers">{children}</RadioButton>
  </RadioField>
);

interface ConsentProps {
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly children: ReactNode;
}

export const Consent = ({ children, ...props }: ConsentProps) => (
  <CheckboxField {...props}>
    <CheckboxButton className="check">
      <span className="box">{props.isSelected && <Icon name="check" size={16} />}</span>
      {children}
    </CheckboxButton>
  </CheckboxField>
);
