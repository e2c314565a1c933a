import { handler } from '@frontrow/events/handler';
import { operatorActed } from '@frontrow/events/contracts/operators';
import { insertAction } from './storage/operator-actions.ts';

/** All events that users reacts to. */
export const handlers = [handler(operatorActed, (tx, { data }) => insertAction(tx.manager, data))];
