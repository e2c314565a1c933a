import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCA, createCert } from 'mkcert';

/** A certificate authority that only its own clients trust, and the certificate that it gave a server on localhost. */
export interface PrivateCa {
  /** The certificate of the authority, as PEM. */
  readonly ca: string;
  /** Paths of PEM files. */
  readonly server: { readonly certificate: string; readonly key: string };
  remove(): Promise<void>;
}

export async function makePrivateCa(domains: string[] = ['localhost']): Promise<PrivateCa> {
  const authority = {
    organization: 'Test',
    countryCode: 'KR',
    state: 'Seoul',
    locality: 'Seoul',
    validity: 1,
  };
  const ca = await createCA(authority);
  const { cert, key } = await createCert({ ca, domains, validity: 1 });
  const folder = await mkdtemp(join(tmpdir(), 'frontrow-ca-'));
  const server = { certificate: join(folder, 'server.pem'), key: join(folder, 'server.key') };
  await writeFile(server.certificate, cert);
  await writeFile(server.key, key, { mode: 0o600 });
  return { ca: ca.cert, server, remove: () => rm(folder, { recursive: true }) };
}
