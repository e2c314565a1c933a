import { onOperatorActed } from './handlers/on-operator-acted.ts';

/** Everything that users reacts to. */
export const handlers = [onOperatorActed];
