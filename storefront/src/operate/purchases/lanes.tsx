import { useTranslation } from 'react-i18next';
import type { PurchaseStoryQuery } from '../operations.generated.ts';

type Step = NonNullable<PurchaseStoryQuery['saga']>['steps'][number];

/** The services that carry out purchases, in the order of their steps. Other services get lanes after these. */
const usual = ['concerts', 'reservations', 'payments'];

/** A purchase as lanes, one for each service, with a line down through its steps. On a phone there is a single lane. */
export function Lanes({ steps }: { steps: readonly Step[] }) {
  const { t, i18n } = useTranslation('operate');
  const others = [...new Set(steps.map(({ service }) => service))].filter((each) => !usual.includes(each));
  const services = [...usual, ...others];
  const names = t('saga.names', { returnObjects: true }) as Record<string, string | undefined>;
  const time = new Intl.DateTimeFormat(i18n.language, {
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
    ...{ hourCycle: 'h23', timeZone: 'Asia/Seoul' },
  });
  const first = Date.parse(steps[0]?.at ?? '');
  return (
    <div className="lanes" style={{ '--lanes': services.length } as React.CSSProperties}>
      <div className="heads" aria-hidden="true">
        {services.map((service) => (
          <span key={service}>{service}</span>
        ))}
      </div>
      <ol>
        {steps.map((step) => (
          <li
            key={step.eventId}
            className={step.status.toLowerCase()}
            style={{ '--lane': services.indexOf(step.service) + 1 } as React.CSSProperties}
          >
            <div className="step">
              <b>{names[step.name] ?? step.name}</b>
              <span className="small soft numbers">
                <span className="service">{step.service} · </span>
                {time.format(new Date(step.at))}{' '}
                {Number.isFinite(first) && `+${((Date.parse(step.at) - first) / 1_000).toFixed(2)} s`}
              </span>
              {step.error !== null && <span className="small error">{step.error}</span>}
              <details>
                <summary className="small">{step.name}</summary>
                <pre tabIndex={0} className="small">
                  {JSON.stringify(step.data, null, 2)}
                </pre>
              </details>
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}
