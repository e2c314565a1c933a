import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from 'react-aria-components/Form';
import { Link } from 'wouter';
import { RequestPasswordResetDocument } from '../api/operations.generated.ts';
import { useAction } from '../api/use-action.ts';
import { ActionButton } from '../design/action-button.tsx';
import { Field } from '../design/field.tsx';
import { Notice, ProblemNotice } from '../design/notice.tsx';
import { useTitle } from '../design/use-title.ts';

/** Asks for a mail with a link to set a new password. It says the same whether or not there is such an account. */
export function ForgotPasswordPage() {
  const { t } = useTranslation();
  useTitle(t('account.forgot'));
  const asking = useAction(RequestPasswordResetDocument, { once: true });
  const [email, setEmail] = useState('');
  const [askedFor, setAskedFor] = useState<string>();
  const ask = async () => {
    setAskedFor(undefined);
    if ((await asking.run({ email })) !== undefined) setAskedFor(email);
  };
  return (
    <div className="page narrow stack wide">
      <div className="stack tight">
        <h1>{t('account.forgot')}</h1>
        <p className="soft">{t('account.forgotHint')}</p>
      </div>
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
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
        <ProblemNotice problem={asking.problem} />
        <div role="status">
          {askedFor !== undefined && (
            <Notice tone="good">{t('account.resetSent', { email: askedFor })}</Notice>
          )}
        </div>
        <ActionButton type="submit" busy={asking.busy}>
          {t('account.sendReset')}
        </ActionButton>
      </Form>
      <p>
        <Link className="link" href="/log-in">
          {t('account.backToLogIn')}
        </Link>
      </p>
    </div>
  );
}
