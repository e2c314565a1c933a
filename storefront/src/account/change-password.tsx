import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from 'react-aria-components/Form';
import { ChangePasswordDocument } from '../api/operations.generated.ts';
import { useAction } from '../api/use-action.ts';
import { ActionButton } from '../design/action-button.tsx';
import { Notice, ProblemNotice } from '../design/notice.tsx';
import { CurrentPasswordField, NewPasswordField } from './password-field.tsx';

/** @param onChanged called when the password has changed, which ends all other sessions */
export function ChangePassword({ email, onChanged }: { email: string; onChanged: () => Promise<unknown> }) {
  const { t } = useTranslation();
  const changing = useAction(ChangePasswordDocument, { once: true });
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [isDone, setIsDone] = useState(false);

  const change = async () => {
    setIsDone(false);
    const answer = await changing.run({ input: { currentPassword: current, newPassword: next } });
    if (answer === undefined) return;
    setCurrent('');
    setNext('');
    setIsDone(true);
    void onChanged().catch(() => undefined);
  };

  return (
    <section className="card stack" aria-labelledby="password">
      <h2 id="password">{t('account.changePassword')}</h2>
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        {/* From this field, password managers learn whose password it is. */}
        <input type="hidden" name="username" autoComplete="username" value={email} />
        <CurrentPasswordField label={t('account.currentPassword')} value={current} onChange={setCurrent} />
        <NewPasswordField label={t('account.newPassword')} value={next} onChange={setNext} />
        <ProblemNotice
          problem={changing.problem}
          instead={{ INVALID_CREDENTIALS: t('account.wrongPassword') }}
        />
        <div role="status">{isDone && <Notice tone="good">{t('account.passwordChanged')}</Notice>}</div>
        <div>
          <ActionButton className="button" type="submit" busy={changing.busy}>
            {t('account.changePassword')}
          </ActionButton>
        </div>
      </Form>
    </section>
  );
}
