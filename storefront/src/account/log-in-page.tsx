import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from 'react-aria-components/Form';
import { Link, Redirect, useSearch } from 'wouter';
import { LogInDocument, RegisterDocument } from '../api/operations.generated.ts';
import { keepSession, useSession } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { ActionButton } from '../design/action-button.tsx';
import { Field } from '../design/field.tsx';
import { Notice, ProblemNotice } from '../design/notice.tsx';
import { useTitle } from '../design/use-title.ts';
import { pageAfterLogIn } from './page-after-log-in.ts';
import { CurrentPasswordField, NewPasswordField } from './password-field.tsx';

/** Logs in, or makes an account and logs in. Then it goes to the page that asked for this. */
export function LogInPage({ isNew }: { isNew: boolean }) {
  const { t, i18n } = useTranslation();
  const session = useSession();
  const search = useSearch();
  const logIn = useAction(LogInDocument, { once: true });
  const register = useAction(RegisterDocument, { once: true });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [name, setName] = useState('');
  const { busy, problem } = isNew ? register : logIn;
  useTitle(t(isNew ? 'account.signUp' : 'account.logIn'));

  const submit = async () => {
    const answer = await (isNew
      ? register.run({ input: { email, password, name, locale: i18n.language } })
      : logIn.run({ input: { email, password } }));
    if (answer !== undefined) keepSession(answer);
  };

  const next = pageAfterLogIn(search);
  if (session !== undefined) return <Redirect replace to={next} />;
  return (
    <div className="page narrow stack wide">
      <h1>{t(isNew ? 'account.signUpHeading' : 'account.logInHeading')}</h1>
      {next !== '/' && <Notice>{t('account.pleaseLogIn')}</Notice>}
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {isNew && (
          <Field
            label={t('account.name')}
            value={name}
            onChange={setName}
            autoComplete="name"
            maxLength={200}
            isRequired
          />
        )}
        <Field
          label={t('account.email')}
          type="email"
          value={email}
          onChange={setEmail}
          autoComplete="username"
          maxLength={254}
          isRequired
        />
        {isNew ? (
          <NewPasswordField label={t('account.password')} value={password} onChange={setPassword} />
        ) : (
          <CurrentPasswordField label={t('account.password')} value={password} onChange={setPassword} />
        )}
        <ProblemNotice problem={problem} />
        <ActionButton type="submit" busy={busy}>
          {t(isNew ? 'account.signUp' : 'account.logIn')}
        </ActionButton>
      </Form>
      <p>
        {t(isNew ? 'account.haveAccount' : 'account.noAccount')}{' '}
        <Link className="link" href={`${isNew ? '/log-in' : '/sign-up'}${search && `?${search}`}`}>
          {t(isNew ? 'account.logIn' : 'account.signUp')}
        </Link>
      </p>
      {!isNew && (
        <p>
          <Link className="link" href="/forgot-password">
            {t('account.forgot')}
          </Link>
        </p>
      )}
    </div>
  );
}
