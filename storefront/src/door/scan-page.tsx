import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Form } from 'react-aria-components/Form';
import { Field } from '../design/field.tsx';
import { Notice } from '../design/notice.tsx';
import { useTitle } from '../design/use-title.ts';
import { formatMoment } from '../i18n/formats.ts';
import { Camera } from './camera.tsx';
import { Conflicts } from './conflicts.tsx';
import type { Door, DoorState, Verdict } from './door.ts';
import { allowSounds, signal } from './signals.ts';
import { VerdictPanel } from './verdict-panel.tsx';

/** How often the door and the server exchange news, in ms, besides each scan. */
const lookEveryMs = 10_000;

/** Scans one ticket after the other. */
export function ScanPage({ door, state }: { door: Door; state: DoorState }) {
  const { t, i18n } = useTranslation('door');
  const [verdict, setVerdict] = useState<Verdict>();
  const [count, setCount] = useState(0);
  const isBusy = useRef(false);
  useTitle(t('scan.heading'));
  useEffect(() => {
    const look = () => void door.lookAgain();
    look();
    const timer = setInterval(look, lookEveryMs);
    addEventListener('online', look);
    return () => {
      clearInterval(timer);
      removeEventListener('online', look);
    };
  }, [door]);
  const scan = async (code: string) => {
    if (isBusy.current) return;
    isBusy.current = true;
    const decided = await door.scan(code.trim()).finally(() => {
      isBusy.current = false;
    });
    signal(decided.is === 'YES' ? 'yes' : 'no');
    setVerdict(decided);
    setCount((before) => before + 1);
  };
  const { setup, tickets, admitted, here, pending, isOnline } = state;
  if (setup === undefined) return null;
  return (
    <div className="page narrow stack">
      <div>
        <h1 className="door-name">{setup.door}</h1>
        <p className="small soft">
          {setup.title} · {formatMoment(setup.startsAt, i18n.language)}
        </p>
      </div>
      <VerdictPanel key={count} verdict={verdict} />
      <dl className="door-counts numbers">
        <Count label={t('counts.admitted')} value={t('counts.of', { admitted, tickets })} />
        <Count label={t('counts.here')} value={String(here)} />
        <Count label={t('counts.pending')} value={String(pending)} />
      </dl>
      <div role="status">
        {!isOnline && <Notice tone="warning">{t('scan.offline', { count: pending })}</Notice>}
      </div>
      <Camera onCode={(code) => void scan(code)} />
      <TypedCode onCode={(code) => void scan(code)} />
      <Conflicts conflicts={state.conflicts} door={setup.door} />
      <Button className="button quiet" onPress={() => void door.leave()}>
        {t('scan.leave')}
      </Button>
    </div>
  );
}

const Count = ({ label, value }: { label: string; value: string }) => (
  <div>
    <dt>{label}</dt>
    <dd>{value}</dd>
  </div>
);

/** For scanners that act as a keyboard, and for typing by hand. */
function TypedCode({ onCode }: { onCode: (code: string) => void }) {
  const { t } = useTranslation('door');
  const [code, setCode] = useState('');
  return (
    <Form
      className="row typed-code"
      onSubmit={(event) => {
        event.preventDefault();
        allowSounds();
        if (code.trim() !== '') onCode(code);
        setCode('');
      }}
    >
      <Field label={t('scan.typed')} value={code} onChange={setCode} autoComplete="off" spellCheck="false" />
      <Button className="button" type="submit">
        {t('scan.check')}
      </Button>
    </Form>
  );
}
