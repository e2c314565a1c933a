import { advice, announcement } from '../setup.mjs';

describe('a set-up', () => {
  it('says what it installs on the system, and from where', () => {
    const said = announcement([{ product: 'NATS', packages: ['nats-server'] }], ['sudo', '-n']);
    expect(said).toContain(
      'This machine has no NATS. Installing on the system through sudo, from the package sources',
    );
    expect(said).toContain('  nats-server\n');
  });

  it.each([
    ['darwin', '`brew install mariadb nats-server kubectl` and `brew install --cask chromium`'],
    ['win32', 'run it in WSL (`wsl --install`)'],
    ['linux', '`sudo apt-get install mariadb-server-core nats-server chromium kubernetes-client`'],
  ])('says on %s what to install', (platform, way) => {
    const packages = ['mariadb-server-core', 'nats-server', 'chromium', 'kubernetes-client'];
    const said = advice(packages, platform);
    expect(said.split('\n')[1]).toContain(way);
    expect(said).toContain('MYSQLD');
    expect(said).toContain('npm run secrets && docker compose up --build');
  });
});
