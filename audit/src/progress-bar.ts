import { timeLeft } from '@frontrow/stack/time-left';
import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from './audit.ts';

/** Shows how many invariants have been examined. It must be stopped, too, when the audit fails. */
export function progressBar(): { readonly progress: Progress; readonly stop: () => void } {
  const bar = new SingleBar(
    {
      format: '{bar} {value} of {total} invariants examined, {eta_formatted} left',
      ...{ hideCursor: true, clearOnComplete: true, noTTYOutput: true, notTTYSchedule: 10_000 },
      formatTime: timeLeft,
    },
    Presets.shades_classic,
  );
  const progress: Progress = (examined, of) => {
    if (examined === 0) bar.start(of, 0);
    else bar.update(examined);
    if (examined === of) bar.stop();
  };
  return { progress, stop: () => bar.stop() };
}
