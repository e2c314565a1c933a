import { useTranslation } from 'react-i18next';
import { Field } from '../design/field.tsx';

interface PasswordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** For a new password: says what the password has to be like. */
export function NewPasswordField(props: PasswordFieldProps) {
  const { t } = useTranslation();
  return (
    <Field
      {...props}
      type="password"
      autoComplete="new-password"
      minLength={8}
      maxLength={200}
      isRequired
      hint={t('account.passwordHint')}
    />
  );
}

export const CurrentPasswordField = (props: PasswordFieldProps) => (
  <Field {...props} type="password" autoComplete="current-password" maxLength={200} isRequired />
);
