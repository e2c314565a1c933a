import { purchase } from './purchase.ts';
import { saga } from './saga.ts';
import type { Scenario } from './scenario.ts';

export const scenarios = { purchase, saga } satisfies Record<string, Scenario>;
export type ScenarioName = keyof typeof scenarios;
