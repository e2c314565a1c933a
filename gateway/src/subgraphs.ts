import { z } from 'zod';
import { httpUrl } from '@frontrow/kit/settings';

const addresses = z
  .string()
  .transform((list) => list.split(','))
  .refine((list) => list.every((address) => httpUrl.safeParse(address).success), {
    error:
      'must be an address like http://users:4001/graphql, or those of several replicas, separated by commas',
  });

/**
 * The subgraphs, in the order in which they are composed, and the settings with the addresses of their replicas. A subgraph that
 * is not listed here is not part of the graph.
 */
export const subgraphAddressSettings = {
  USERS_URL: addresses,
  QUEUE_URL: addresses,
  CONCERTS_URL: addresses,
  RESERVATIONS_URL: addresses,
  PAYMENTS_URL: addresses,
  SAGAS_URL: addresses,
  DELIVERIES_URL: addresses,
};

type SubgraphAddressSettings = Record<keyof typeof subgraphAddressSettings, string[]>;

const nameOf = (setting: string) => setting.replace(/_URL$/, '').toLowerCase();

export const subgraphNames: readonly string[] = Object.keys(subgraphAddressSettings).map(nameOf);

/** The addresses of each subgraph's replicas, by its name in the supergraph. */
export const subgraphAddresses = (
  settings: SubgraphAddressSettings,
): ReadonlyMap<string, readonly string[]> =>
  new Map(
    Object.keys(subgraphAddressSettings).map((setting) => [
      nameOf(setting),
      settings[setting as keyof SubgraphAddressSettings],
    ]),
  );
