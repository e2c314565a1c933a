import { readFileSync } from 'node:fs';
import type { Subgraph } from '@frontrow/stack/layout';
import { buildASTSchema, Kind, parse } from 'graphql';
import type { GraphQLObjectType, ObjectTypeDefinitionNode } from 'graphql';
import type { World } from './world.ts';

/** The types that a subgraph answers by `_entities`, as far as it knows them. */
export function entitiesOf(subgraph: Subgraph): GraphQLObjectType[] {
  const path = new URL(`../../../subgraphs/${subgraph}/schema.graphql`, import.meta.url);
  const document = parse(readFileSync(path, 'utf8'));
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  return document.definitions
    .filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter(isResolvable)
    .map(({ name }) => schema.getType(name.value) as GraphQLObjectType);
}

/** `@key(fields: "id")`, but not `@key(fields: "id", resolvable: false)`. */
const isResolvable = ({ directives = [] }: ObjectTypeDefinitionNode) =>
  directives.some(({ name, arguments: given }) => name.value === 'key' && given?.length === 1);

/** The keys with which the gateway would ask for something of the owner's. */
export function keysOf(world: World, type: string): Readonly<Record<string, unknown>>[] {
  const byId = (ids: readonly (string | undefined)[]) => ids.map((id) => ({ id }));
  const reservationIds = Object.values(world.reservations);
  const keys: Record<string, Record<string, unknown>[]> = {
    User: byId([world.idOf('owner')]),
    Reservation: byId(reservationIds),
    Payment: byId(world.paymentIds),
    QueueTicket: byId(world.ticketIds),
    Concert: byId([world.sale.concertId]),
    Schedule: byId([world.sale.scheduleId]),
    Delivery: byId([world.deliveryId]),
    MyData: [{ userId: world.idOf('owner'), reservationIds }],
  };
  const found = keys[type];
  if (found === undefined) throw new Error(`add the key with which ${type} is asked for here`);
  return found;
}
