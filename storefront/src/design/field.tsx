import { FieldError } from 'react-aria-components/FieldError';
import { Input, Label, Text, TextField } from 'react-aria-components/TextField';
import type { TextFieldProps } from 'react-aria-components/TextField';

/** A labelled text field of a form. The browser reports mistakes in it, in the browser's language. */
export const Field = ({ label, hint, ...props }: TextFieldProps & { label: string; hint?: string }) => (
  <TextField {...props} className="field">
    <Label>{label}</Label>
    <Input />
    {hint !== undefined && <Text slot="description">{hint}</Text>}
    <FieldError className="error" />
  </TextField>
);
