import { handler } from '@frontrow/events/consumer';
import type { Handler } from '@frontrow/events/consumer';
import type { EventContract } from '@frontrow/events/contract';
import type { Patience } from '../domain/next-move.ts';
import { toStep } from '../domain/step.ts';
import { recordStep } from '../operations/record-step.ts';

/** Every event of a purchase is a step in the log, whatever it says. */
export const onStep = (contract: EventContract, patience: Patience): Handler =>
  handler(contract, (tx, event) => recordStep(tx, toStep(event, new Date()), patience));
