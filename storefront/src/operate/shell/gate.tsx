import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from 'react-aria-components/Form';
import { CurrentPasswordField } from '../../account/password-field.tsx';
import { LogInDocument } from '../../api/operations.generated.ts';
import { keepSession, useSession } from '../../api/session.ts';
import { useAction } from '../../api/use-action.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { Field } from '../../design/field.tsx';
import { ProblemNotice } from '../../design/notice.tsx';
import { Empty, Failed, Loading } from '../../design/states.tsx';
import { useTitle } from '../../design/use-title.ts';
import { OperatorDocument } from '../operations.generated.ts';
import { LogOut } from './console-header.tsx';

/**
 * Lets operators through. It keeps nobody from anything: what is for operators is refused to others by the services, whatever page
 * they open. It saves a fan a page full of refusals.
 */
export function Gate({ children }: { children: ReactNode }) {
  const session = useSession();
  const { data, error, refetch } = useQuery(OperatorDocument, { skip: session === undefined });
  const me = session && data?.me;
  if (session === undefined) return <LogIn />;
  if (me?.role === 'OPERATOR') return children;
  return (
    <div className="page narrow">
      {me ? <Refused name={me.name} /> : error ? <Failed error={error} again={refetch} /> : <Loading />}
    </div>
  );
}

function Refused({ name }: { name: string }) {
  const { t } = useTranslation('operate');
  useTitle(t('gate.refused'));
  return (
    <Empty isPage title={t('gate.refused')}>
      <p className="soft">{t('gate.refusedHint', { name })}</p>
      <LogOut className="button primary" label={t('gate.logInAsOther')} />
      {/* The storefront is another page, which the router of this one does not know. */}
      <a className="link" href="/">
        {t('gate.toStorefront')}
      </a>
    </Empty>
  );
}

function LogIn() {
  const { t } = useTranslation('operate');
  const { t: common } = useTranslation();
  const logIn = useAction(LogInDocument, { once: true });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  useTitle(t('gate.logIn'));
  const submit = async () => {
    const answer = await logIn.run({ input: { email, password } });
    if (answer !== undefined) keepSession(answer);
  };
  return (
    <div className="page narrow stack wide">
      <div className="stack tight">
        <h1>{t('gate.logIn')}</h1>
        <p className="soft">{t('gate.logInHint')}</p>
      </div>
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field
          label={common('account.email')}
          type="email"
          value={email}
          onChange={setEmail}
          autoComplete="username"
          maxLength={254}
          isRequired
        />
        <CurrentPasswordField label={common('account.password')} value={password} onChange={setPassword} />
        <ProblemNotice problem={logIn.problem} />
        <ActionButton type="submit" busy={logIn.busy}>
          {common('account.logIn')}
        </ActionButton>
      </Form>
    </div>
  );
}
