import { skipToken, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import type { SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useAction } from '../../api/use-action.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { Confirm } from '../../design/confirm.tsx';
import { Field } from '../../design/field.tsx';
import { Notice, ProblemNotice } from '../../design/notice.tsx';
import { Failed, Loading } from '../../design/states.tsx';
import { useTitle } from '../../design/use-title.ts';
import {
  AddStaffDocument,
  EndStaffDocument,
  FutureStaffDocument,
  StaffDocument,
} from '../operations.generated.ts';
import type { StaffPartsFragment } from '../operations.generated.ts';

/** Who admits people at the door: makes accounts staff, and ends that. */
export function StaffPage() {
  const { t } = useTranslation('operate');
  useTitle(t('nav.staff'));
  const { data, error, refetch } = useQuery(StaffDocument, { fetchPolicy: 'cache-and-network' });
  return (
    <div className="page stack">
      <h1>{t('staff.heading')}</h1>
      <p className="soft">{t('staff.lead')}</p>
      <NewStaff onAdded={() => void refetch()} />
      {data ? (
        <section className="card stack tight" aria-labelledby="staff">
          <h2 id="staff">{t('staff.now')}</h2>
          {data.staff.length === 0 && <p className="soft">{t('staff.none')}</p>}
          <ul className="stack tight">
            {data.staff.map((member) => (
              <Member key={member.id} {...{ member }} onEnded={() => void refetch()} />
            ))}
          </ul>
        </section>
      ) : error ? (
        <Failed error={error} again={refetch} />
      ) : (
        <Loading rows={4} />
      )}
    </div>
  );
}

/** Looks who has the address first, so that nobody makes a stranger staff by a slip. */
function NewStaff({ onAdded }: { onAdded: () => void }) {
  const { t } = useTranslation('operate');
  const [typed, setTyped] = useState('');
  const [email, setEmail] = useState('');
  const { data, loading, error, refetch } = useQuery(
    FutureStaffDocument,
    email === '' ? skipToken : { variables: { email }, fetchPolicy: 'network-only' },
  );
  const { run, busy, problem } = useAction(AddStaffDocument);
  const found = email === '' || loading ? undefined : data?.userByEmail;
  const look = (event: SyntheticEvent) => {
    event.preventDefault();
    setEmail(typed.trim());
  };
  const add = async () => {
    if ((await run({ email })) === undefined) return;
    setEmail('');
    setTyped('');
    onAdded();
  };
  return (
    <form className="card stack" onSubmit={look}>
      <Field
        label={t('staff.email')}
        hint={t('staff.emailHint')}
        type="email"
        isRequired
        value={typed}
        onChange={(value) => {
          setTyped(value);
          setEmail('');
        }}
      />
      <div role="status">
        {found === null && <Notice tone="warning">{t('staff.unknown', { email })}</Notice>}
        {found && found.role !== 'FAN' && (
          <Notice>
            {t(found.role === 'STAFF' ? 'staff.already' : 'staff.isOperator', { name: found.name })}
          </Notice>
        )}
        {found?.role === 'FAN' && <Notice tone="warning">{t('staff.would', { name: found.name })}</Notice>}
      </div>
      {error && <Failed error={error} again={refetch} />}
      <ProblemNotice problem={problem} />
      <div className="row">
        {found?.role === 'FAN' ? (
          <ActionButton className="button primary" busy={busy} onPress={() => void add()}>
            {t('staff.add', { name: found.name })}
          </ActionButton>
        ) : (
          <ActionButton className="button" type="submit" busy={loading}>
            {t('staff.find')}
          </ActionButton>
        )}
      </div>
    </form>
  );
}

function Member({ member, onEnded }: { member: StaffPartsFragment; onEnded: () => void }) {
  const { t } = useTranslation('operate');
  const { t: common } = useTranslation();
  const { run, busy, problem } = useAction(EndStaffDocument);
  const { id, name, email } = member;
  const end = async () => {
    if ((await run({ id })) !== undefined) onEnded();
  };
  return (
    <li>
      <div className="row apart">
        <span>
          <b>{name}</b> <span className="soft small">{email}</span>
        </span>
        <Confirm
          label={t('staff.end', { name })}
          question={t('staff.endConfirm', { name })}
          hint={t('staff.endHint')}
          yes={t('staff.yes')}
          no={common('common.cancel')}
          busy={busy}
          onYes={() => void end()}
        />
      </div>
      <ProblemNotice problem={problem} />
    </li>
  );
}
