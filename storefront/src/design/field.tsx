import { FieldError } from 'react-aria-components/FieldError';
import { Input, Label, Text, TextField } from 'react-aria-components/TextField';
import { TextArea } from 'react-aria-components/TextArea';
import type { TextFieldProps } from 'react-aria-components/TextField';

interface FieldProps extends TextFieldProps {
  readonly label: string;
  readonly hint?: string;
  /** Whether it takes several lines. */
  readonly isLong?: boolean;
}

/** A labelled text field of a form. The browser reports mistakes in it, in the browser's language. */
export const Field = ({ label, hint, isLong = false, ...props }: FieldProps) => (
  <TextField {...props} className="field">
    <Label>{label}</Label>
    {isLong ? <TextArea rows={4} /> : <Input />}
    {hint !== undefined && <Text slot="description">{hint}</Text>}
    <FieldError className="error" />
  </TextField>
);
