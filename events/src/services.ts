/** The services that publish and handle events; each has an account of its name at the broker. */
export const services = [
  'users',
  'queue',
  'concerts',
  'reservations',
  'payments',
  'sagas',
  'deliveries',
] as const;
export type ServiceName = (typeof services)[number];

export const isService = (name: string): name is ServiceName =>
  (services as readonly string[]).includes(name);
