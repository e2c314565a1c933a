import { GivenIds } from '../given-ids.ts';

/** What a service of a test gives out, and knows again. */
export const testIds = new GivenIds('the secret that all services of a test share');
