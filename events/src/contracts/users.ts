import { defineEvent } from '../contract.ts';
import { id, text } from './fields.ts';

/** Subject: the user's id. */
export const userRegistered = defineEvent('user.registered.v1', { userId: id, name: text });
