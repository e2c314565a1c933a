import type { EventContract } from '../contract.ts';
import * as concerts from './concerts.ts';
import * as delivery from './delivery.ts';
import * as operators from './operators.ts';
import * as payments from './payments.ts';
import * as queue from './queue.ts';
import * as reservations from './reservations.ts';
import * as sagas from './sagas.ts';
import * as users from './users.ts';

const modules = [users, operators, queue, concerts, reservations, payments, sagas, delivery];

const isContract = (value: unknown): value is EventContract =>
  typeof value === 'object' && value !== null && 'about' in value;

/** All event contracts. events/README.md says how to add one. */
export const allContracts: readonly EventContract[] = modules.flatMap((module) =>
  Object.values<unknown>(module).filter(isContract),
);

type TypeIn<Module> = Module extends unknown ? Extract<Module[keyof Module], EventContract>['type'] : never;
/** The type of any event: `seats.held.v1`, … */
export type EventType = TypeIn<(typeof modules)[number]>;
