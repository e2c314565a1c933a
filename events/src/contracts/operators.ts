import { z } from 'zod';
import { defineEvent } from '../contract.ts';
import { id, instant, text } from './fields.ts';

/** What an action changes, as it was or is: the fields that the action is about. */
const state = z.record(z.string(), z.json()).nullable();

/** The source of an action: an operator, the settings at a start, or somebody with access to the database. */
export const actor = z.enum(['OPERATOR', 'SETTINGS', 'COMMAND']);

/**
 * Somebody acted as an operator. `before` is null for what is new. People are named only by their ids, never
 * by names or e-mail addresses, because this is kept for good. Subject: the id of what was acted on.
 */
export const operatorActed = defineEvent('operator.acted.v1', {
  actionId: id,
  by: actor,
  /** Null unless it was an operator. */
  operatorId: id.nullable(),
  /** The name of the mutation. */
  action: text,
  subjectId: text,
  before: state,
  after: state,
  at: instant,
});
