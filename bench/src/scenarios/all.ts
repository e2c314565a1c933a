import { fanout } from './fanout.ts';
import { hold } from './hold.ts';
import { join } from './join.ts';
import { map, smallMap } from './map.ts';
import { purchase } from './purchase.ts';
import { catalogue, gateway } from './read.ts';
import { rush } from './rush.ts';
import { saga } from './saga.ts';
import { search } from './search.ts';
import type { Scenario } from './scenario.ts';

export const scenarios = {
  purchase,
  hold,
  saga,
  join,
  rush,
  map,
  'small-map': smallMap,
  catalogue,
  gateway,
  search,
  fanout,
} satisfies Record<string, Scenario>;
export type ScenarioName = keyof typeof scenarios;
