import { join } from 'node:path';
import { receiversUrl } from '../layout.ts';
import { KeptProcess } from '../processes/kept-process.ts';
import { launch } from '../processes/process.ts';
import type { Secrets } from '../secrets.ts';
import type { Place } from '../servers/kept-servers.ts';
import { tsx } from '../services.ts';

/** Keeps the stand-ins for outside systems running, in one process. */
export function keepReceivers(place: Place, secrets: Secrets, signal?: AbortSignal): Promise<KeptProcess> {
  const { home, logs, layout, guard, log } = place;
  const { ports } = layout;
  const keeping = {
    name: 'receivers',
    launch: () =>
      launch({
        name: 'receivers',
        command: process.execPath,
        args: ['--import', tsx(), '-C', 'source', join(import.meta.dirname, 'main.ts')],
        env: {
          ...process.env,
          PORT: String(ports.receivers),
          SMTP_PORT: String(ports.smtp),
          FOLDER: join(home, 'receivers'),
          DATA_PLATFORM_SECRET: secrets.receivers['data-platform'],
          SLACK_SECRET: secrets.receivers.slack,
        },
        log: join(logs, 'receivers.log'),
        guard,
      }),
    check: async () => {
      const answer = await fetch(`${receiversUrl(ports)}/readyz`, { signal: AbortSignal.timeout(2_000) });
      if (!answer.ok) throw new Error(`/readyz says ${answer.status}`);
    },
    startTimeout: 60_000,
    patience: 2_000,
    log,
  };
  return KeptProcess.start(keeping, signal);
}
