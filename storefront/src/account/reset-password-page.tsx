import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from 'react-aria-components/Form';
import { Link, useLocation } from 'wouter';
import { ResetPasswordDocument } from '../api/operations.generated.ts';
import { keepSession } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { ActionButton } from '../design/action-button.tsx';
import { ProblemNotice } from '../design/notice.tsx';
import { useTitle } from '../design/use-title.ts';
import { useMailedToken } from './mailed-token.ts';
import { NewPasswordField } from './password-field.tsx';

/** The page of the link in the mail. It sets a new password and logs the fan in. */
export function ResetPasswordPage() {
  const { t } = useTranslation();
  useTitle(t('account.resetHeading'));
  const token = useMailedToken();
  const [, navigate] = useLocation();
  const resetting = useAction(ResetPasswordDocument, { once: true });
  const [password, setPassword] = useState('');
  const reset = async () => {
    const answer = await resetting.run({ input: { token, newPassword: password } });
    if (answer === undefined) return;
    keepSession(answer);
    navigate('/', { replace: true });
  };
  const isOver = resetting.problem?.code === 'RESET_EXPIRED';
  return (
    <div className="page narrow stack wide">
      <div className="stack tight">
        <h1>{t('account.resetHeading')}</h1>
        <p className="soft">{t('account.resetHint')}</p>
      </div>
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void reset();
        }}
      >
        <NewPasswordField label={t('account.newPassword')} value={password} onChange={setPassword} />
        <ProblemNotice problem={resetting.problem} />
        <ActionButton type="submit" busy={resetting.busy} isDisabled={isOver}>
          {t('account.setPassword')}
        </ActionButton>
      </Form>
      {isOver && (
        <p>
          <Link className="link" href="/forgot-password">
            {t('account.askForNewMail')}
          </Link>
        </p>
      )}
    </div>
  );
}
