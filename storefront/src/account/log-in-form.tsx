import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from 'react-aria-components/Form';
import { LogInDocument } from '../api/operations.generated.ts';
import { keepSession } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { ActionButton } from '../design/action-button.tsx';
import { Field } from '../design/field.tsx';
import { ProblemNotice } from '../design/notice.tsx';
import { CurrentPasswordField } from './password-field.tsx';

/** For the pages of operators and staff, who stay on the page on which they log in. */
export function LogInForm() {
  const { t } = useTranslation();
  const logIn = useAction(LogInDocument, { once: true });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const submit = async () => {
    const answer = await logIn.run({ input: { email, password } });
    if (answer !== undefined) keepSession(answer);
  };
  return (
    <Form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field
        label={t('account.email')}
        type="email"
        value={email}
        onChange={setEmail}
        autoComplete="username"
        maxLength={254}
        isRequired
      />
      <CurrentPasswordField label={t('account.password')} value={password} onChange={setPassword} />
      <ProblemNotice problem={logIn.problem} />
      <ActionButton type="submit" busy={logIn.busy}>
        {t('account.logIn')}
      </ActionButton>
    </Form>
  );
}
