// Prints the Secrets that the manifests refer to, with the values of an .env as `npm run secrets` writes it:
//
//   node deploy/kubernetes/secrets.mjs [--mysql '%s.mysql.example:3306'] | kubectl apply --namespace frontrow --filename -
//
// --mysql gives the addresses of the databases; %s stands for the service. --env names another file, or - for standard input. If a cluster gets its secrets from elsewhere, they need the same names and keys.
import { readFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';
import { randomBytes } from 'node:crypto';

const { values } = parseArgs({
  options: { mysql: { type: 'string', default: 'mysql:3306' }, env: { type: 'string', default: '.env' } },
});
const env = parseEnv(readFileSync(values.env === '-' ? 0 : values.env, 'utf8'));
const services = ['users', 'queue', 'concerts', 'reservations', 'payments', 'sagas', 'deliveries'];

const needed = (name) => {
  if (!env[name]) throw new Error(`${values.env} has no ${name}: npm run secrets`);
  return env[name];
};
const secret = (name, stringData) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData });
const database = (service) => {
  const name = `frontrow_${service}`;
  const password = needed(`${service.toUpperCase()}_DATABASE_PASSWORD`);
  const url = `mysql://${name}:${password}@${values.mysql.replace('%s', service)}/${name}`;
  return secret(`${service}-database`, { url, password });
};
const outside = [
  'DATA_PLATFORM_URL',
  'DATA_PLATFORM_SECRET',
  'SLACK_URL',
  'SLACK_SECRET',
  'SMTP_URL',
  'MAIL_FROM',
  'STOREFRONT_URL',
];
const keyOf = (setting) => setting.toLowerCase().replaceAll('_', '-');

const items = [
  secret('frontrow', {
    'gateway-secret': needed('GATEWAY_SECRET'),
    'mail-link-secret': needed('MAIL_LINK_SECRET'),
  }),
  secret('frontrow-operator', {
    email: needed('OPERATOR_EMAIL'),
    password: needed('OPERATOR_PASSWORD'),
  }),
  ...services.map(database),
  ...[...services, 'administrator'].map((account) =>
    secret(`${account}-nats`, { password: needed(`${account.toUpperCase()}_NATS_PASSWORD`) }),
  ),
  secret(
    'deliveries-outside',
    Object.fromEntries(outside.filter((name) => env[name]).map((name) => [keyOf(name), env[name]])),
  ),
  // The password of the local overlay's own server. Nothing else reads it, and an existing server has its own already.
  secret('mysql-root', { password: randomBytes(24).toString('hex') }),
];
console.log(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2));
