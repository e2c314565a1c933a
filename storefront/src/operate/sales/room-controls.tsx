import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Input, Label, NumberField } from 'react-aria-components/NumberField';
import { useAction } from '../../api/use-action.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { Choice, Choices, Consent } from '../../design/choice.tsx';
import { Confirm } from '../../design/confirm.tsx';
import { Notice, ProblemNotice } from '../../design/notice.tsx';
import { formatNumber, formatWait } from '../../i18n/formats.ts';
import { ConfigureRoomDocument } from '../operations.generated.ts';
import { changesOf, consequencesOf } from './consequences.ts';
import type { Consequence, Room, Settings } from './consequences.ts';

/** Changes a waiting room, after saying what that would do to the fans who are in it now. */
export function RoomControls({ concertId, room }: { concertId: string; room: Room }) {
  const { t } = useTranslation('operate');
  const { t: common } = useTranslation();
  const { run, busy, problem } = useAction(ConfigureRoomDocument);
  const [draft, setDraft] = useState<Partial<Settings>>({});
  const [isDone, setDone] = useState(false);
  const wanted = { ...room, ...draft };
  const consequences = consequencesOf(room, wanted);
  const change = (more: Partial<Settings>) => {
    setDone(false);
    setDraft({ ...draft, ...more });
  };
  const apply = async () => {
    const answer = await run({ input: { concertId, ...changesOf(room, wanted) } });
    if (answer === undefined) return;
    setDraft({});
    setDone(true);
  };
  const isIdle = consequences.length === 0;
  return (
    <section className="card stack controls" aria-labelledby="room">
      <h2 id="room">{t('room.heading')}</h2>
      <Choices
        label={t('room.state')}
        value={wanted.status}
        onChange={(status) => {
          change({ status });
        }}
      >
        {(['OPEN', 'PAUSED', 'CLOSED'] as const).map((status) => (
          <Choice key={status} value={status}>
            {t(`room.status.${status}`)}
          </Choice>
        ))}
      </Choices>
      <div className="fields">
        <NumberOf
          label={t('room.rate')}
          value={wanted.admitPerSecond}
          range={[0.01, 10_000]}
          onChange={(admitPerSecond) => {
            change({ admitPerSecond });
          }}
        />
        <NumberOf
          label={t('room.size')}
          value={wanted.maxActive}
          range={[1, 100_000]}
          isWhole
          onChange={(maxActive) => {
            change({ maxActive });
          }}
        />
        <NumberOf
          label={t('room.seconds')}
          value={wanted.admissionSeconds}
          range={[30, 86_400]}
          isWhole
          onChange={(admissionSeconds) => {
            change({ admissionSeconds });
          }}
        />
      </div>
      <Consent
        isSelected={wanted.challenge}
        onChange={(challenge) => {
          change({ challenge });
        }}
      >
        {t('room.challenge')}
      </Consent>
      <div role="status">
        {!isIdle ? (
          <Notice tone={draft.status === 'CLOSED' ? 'danger' : 'warning'}>
            <b>{t('room.wouldDo')}</b>
            <ul className="consequences">
              {consequences.map((each) => (
                <li key={each.then}>
                  <Then consequence={each} />
                </li>
              ))}
            </ul>
          </Notice>
        ) : (
          isDone && <Notice tone="good">{t('room.done')}</Notice>
        )}
      </div>
      <ProblemNotice problem={problem} instead={{ NOT_FOUND: t('room.gone') }} />
      <div className="row">
        {changesOf(room, wanted).status === 'CLOSED' ? (
          <Confirm
            className="button danger"
            label={t('room.apply')}
            question={t('room.closeConfirm')}
            hint={t('room.closeHint')}
            yes={t('room.close')}
            no={common('common.cancel')}
            busy={busy}
            onYes={() => void apply()}
          />
        ) : (
          <ActionButton
            className="button primary"
            busy={busy}
            isDisabled={isIdle}
            onPress={() => void apply()}
          >
            {t('room.apply')}
          </ActionButton>
        )}
        {!isIdle && (
          <Button
            className="button quiet"
            onPress={() => {
              setDraft({});
            }}
          >
            {t('room.undo')}
          </Button>
        )}
      </div>
    </section>
  );
}

function Then({ consequence }: { consequence: Consequence }) {
  const { t, i18n } = useTranslation('operate');
  const wait = (seconds: number) => formatWait(seconds, i18n.language);
  const number = (value: number) => formatNumber(value, i18n.language);
  switch (consequence.then) {
    case 'opens':
    case 'pauses':
    case 'closes': {
      const { then, waiting, active } = consequence;
      return t(`room.then.${then}`, { waiting: number(waiting), active: number(active) });
    }
    case 'rate':
      return t('room.then.rate', { before: wait(consequence.before), after: wait(consequence.after) });
    case 'rateOfNobody':
      return t('room.then.rateOfNobody', { rate: number(consequence.rate) });
    case 'grows':
      return t('room.then.grows', { more: number(consequence.more) });
    case 'shrinks':
      return t('room.then.shrinks', { over: number(consequence.over) });
    case 'fits':
      return t('room.then.fits', { free: number(consequence.free) });
    case 'lasts': {
      const { seconds, active } = consequence;
      return t('room.then.lasts', { time: wait(seconds), active: number(active) });
    }
    case 'asks':
    case 'asksNoMore':
      return t(`room.then.${consequence.then}`);
    default:
      return consequence satisfies never;
  }
}

interface NumberOfProps {
  readonly label: string;
  readonly value: number;
  readonly range: readonly [number, number];
  readonly isWhole?: boolean;
  readonly onChange: (value: number) => void;
}

const NumberOf = ({
  label,
  value,
  range: [minValue, maxValue],
  isWhole = false,
  onChange,
}: NumberOfProps) => (
  <NumberField
    className="field"
    {...{ value, minValue, maxValue }}
    formatOptions={{ maximumFractionDigits: isWhole ? 0 : 2 }}
    onChange={(typed) => {
      if (!Number.isNaN(typed)) onChange(typed);
    }}
  >
    <Label>{label}</Label>
    <Input className="numbers" />
  </NumberField>
);
