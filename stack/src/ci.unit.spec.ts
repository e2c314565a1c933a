import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { rootFolder } from './home.ts';

const text = (file: string) => readFileSync(join(rootFolder, file), 'utf8');
interface Job {
  strategy?: { matrix: { node: number[]; database: string[] } };
  steps: { run?: string }[];
}
const { jobs } = parse(text('.github/workflows/ci.yml')) as { jobs: Record<string, Job> };
const scripts = (JSON.parse(text('package.json')) as { scripts: Record<string, string> }).scripts;
const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));

describe('the workflow of a public forge', () => {
  it('tests every Node with every database', () => {
    expect(jobs['test']!.strategy!.matrix).toEqual({
      node: [20, 22, 24],
      database: ['mariadb', 'mysql:8.4', 'mysql:9'],
    });
  });

  it('runs scripts and files that there are', () => {
    for (const command of commands) {
      for (const [, script] of command.matchAll(/npm run (\S+)/g)) expect(scripts).toHaveProperty(script!);
      for (const [path] of command.matchAll(/(?<![\w/$.])(\.ci|stack)\/[\w./-]+/g)) {
        const isThere = existsSync(join(rootFolder, path.replace('/dist/', '/src/').replace(/\.js$/, '.ts')));
        expect([path, isThere]).toEqual([path, true]);
      }
    }
  });

  it('stops where a server cannot be had, instead of testing another one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'frontrow-ci-'));
    try {
      const docker = join(folder, 'docker');
      writeFileSync(docker, '#!/bin/sh\necho "no such image" >&2\nexit 1\n', { mode: 0o755 });
      const settings = join(folder, 'settings');
      const env = { PATH: `${folder}:${process.env['PATH']}`, TMPDIR: folder, GITHUB_ENV: settings };
      const downloads = commands.filter((command) => command.includes('GITHUB_ENV'));
      expect(downloads).toHaveLength(2);
      for (const download of downloads) {
        // The options of the shell are those of a forge that is told no other.
        const { status } = spawnSync('bash', ['-e', '-c', download.replace(/\$\{\{.*?\}\}/, 'mysql:9')], {
          cwd: rootFolder,
          env,
        });
        expect([status, existsSync(settings)]).toEqual([1, false]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('builds, starts, buys from and audits the images', () => {
    const images = jobs['images']!.steps.map(({ run }) => run ?? '').join('\n');
    expect(images).toMatch(/docker compose up --build .*--wait[^]*buy-once\.ts[^]*run --rm audit/);
  });

  it('takes the broker that compose names', () => {
    expect(text('docker-compose.yml').match(/^ *image: nats:\S+$/gm)).toHaveLength(1);
  });
});

it('.ci/run tests on the Node that images have, too', () => {
  const [, inImages] = /^FROM node:(\d+)\./m.exec(text('Dockerfile'))!;
  expect(text('.ci/run')).toMatch(new RegExp(`^node=${inImages}\\.`, 'm'));
  expect(text('.ci/run')).toMatch(/^\.ci\/with-node "\$node" npm test -- "\$\{newest\[@\]\}"/m);
  expect(text('.ci/run')).toMatch(/^newest=\(unit integration rehearsals /m);
});

it('the workflow runs the rehearsals, too, which `npm test` leaves out', () => {
  expect(commands).toContain('npm test -- rehearsals');
});
