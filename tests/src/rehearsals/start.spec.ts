import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@frontrow/events/testing/eventually';
import { Api } from '@frontrow/stack/api';
import { rootFolder } from '@frontrow/stack/home';
import { standGuard } from '@frontrow/stack/processes/guard';
import { launch } from '@frontrow/stack/processes/process';
import { freeLayoutPorts } from '@frontrow/stack/servers/ports';

/** The first command of a page, without its comment. */
async function firstCommand(page: string): Promise<string> {
  const text = await readFile(join(rootFolder, page), 'utf8');
  return /```sh\n(.*?) *#/.exec(text)?.[1] ?? '';
}

describe('the first command of README.md', () => {
  it('starts everything, with three concerts on sale, until Ctrl-C', async () => {
    const command = await firstCommand('README.md');
    expect(command).toBe('npm start');
    expect(await firstCommand('README.ko.md')).toBe(command);

    const scratch = await mkdtemp(join(tmpdir(), 'frontrow-start-'));
    const guard = standGuard();
    const { gateway } = await freeLayoutPorts();
    const log = join(scratch, 'said.log');
    const running = await launch({
      ...{ name: 'npm start', command: 'sh', args: ['-c', command], cwd: rootFolder, log, guard },
      env: {
        ...process.env,
        ...{ FRONTROW_HOME: join(scratch, 'home'), GATEWAY_PORT: String(gateway), NODE_OPTIONS: '' },
      },
    });
    try {
      const said = () => readFile(log, 'utf8');
      await eventually(async () => {
        if (running.exit === undefined) expect(await said()).toContain('Ctrl-C stops all of it.');
      }, 240_000);
      const [storefront = ''] = /http:\S+/.exec(await said()) ?? [`nothing: ${await said()}`];
      expect(await (await fetch(storefront)).text()).toContain('<title>');
      const { concerts } = await new Api(new URL('/graphql', storefront).href).ask<{
        concerts: { edges: { node: { schedules: object[] } }[] };
      }>('{ concerts(first: 10) { edges { node { schedules(onlyAvailable: true) { id } } } } }');
      expect(concerts.edges.filter(({ node }) => node.schedules.length > 0)).toHaveLength(3);

      process.kill(-running.pid, 'SIGINT'); // as a terminal does: to npm and all that it runs
      await running.exited;
      expect(await said()).toMatch(/Stopped\.\s*$/);
    } finally {
      await running.stop(60_000);
      await guard.dismiss();
      await rm(scratch, { recursive: true, force: true });
    }
  }, 300_000);
});
