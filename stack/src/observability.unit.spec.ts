import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricTable, processMetrics } from '@frontrow/kit/metric-table';
import { parse } from 'yaml';
import { rootFolder } from './home.ts';
import { metricsPort, services, standardPorts } from './layout.ts';
import { findPromtool } from './servers/programs.ts';

const deploy = join(rootFolder, 'deploy');
const text = (...path: string[]) => readFileSync(join(deploy, ...path), 'utf8');

interface Rule {
  alert: string;
  expr: string;
  annotations: { summary: string; runbook: string };
}
interface RuleTest {
  alert_rule_test: { alertname: string; exp_alerts: unknown[] }[];
}
interface ScrapeConfig {
  rule_files: string[];
  scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
}
interface Dashboard {
  uid: string;
  panels: { title: string; targets: { expr: string }[] }[];
}

const { groups } = parse(text('prometheus', 'alerts.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap(({ rules }) => rules);
const dashboards = readdirSync(join(deploy, 'grafana/dashboards')).map((file) => ({
  file,
  ...(JSON.parse(text('grafana/dashboards', file)) as Dashboard),
}));

/** The labels of each name that a query may use. A histogram has three names. */
const exported: ReadonlyMap<string, readonly string[]> = new Map([
  ...['up', ...processMetrics].map((name): [string, readonly string[]] => [name, []]),
  ...Object.entries(metricTable).flatMap(([name, { type, labels }]) => {
    const parts = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    return parts.map((part): [string, readonly string[]] => [name + part, [...labels, 'le']]);
  }),
]);
/** The labels that Prometheus and the process add to each metric. */
const always = ['service', 'instance', 'job'];

/** What is wrong with the metrics in a query. */
function mistakesIn(query: string): string[] {
  const used = [...query.matchAll(/\b((?:frontrow|process|nodejs)_\w+|up)\b(?:\{([^}]*)\})?/g)];
  const names = used.map(([, name = '']) => name);
  const known = [...always, ...names.flatMap((name) => exported.get(name) ?? [])];
  const selected = used.flatMap(([, , selector = '']) => [...selector.matchAll(/(\w+)\s*[=!]/g)]);
  const grouped = [...query.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(','),
  );
  const labels = [...selected.map(([, label = '']) => label), ...grouped.map((label) => label.trim())];
  return [
    ...(names.length === 0 ? ['it asks for no metric'] : []),
    ...names.filter((name) => !exported.has(name)),
    ...labels.filter((label) => !known.includes(label)),
  ];
}

describe('alerts', () => {
  it.each(rules)('$alert uses exported metrics, and says what to do', ({ alert, expr, annotations }) => {
    expect(mistakesIn(expr)).toEqual([]);
    expect(annotations.runbook).toBe('docs/operations.md#alerts');
    const operations = readFileSync(join(rootFolder, 'docs/operations.md'), 'utf8');
    const [, section = ''] = operations.split('\n## Alerts\n');
    expect(section.split('\n## ')[0]).toMatch(new RegExp(`^\\| ${alert} +\\| .+ \\| .+ \\|$`, 'm'));
  });

  it('are each fired by their cause, and silent while all is well', () => {
    const { tests } = parse(text('prometheus', 'alerts.test.yml')) as { tests: RuleTest[] };
    const cases = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
    const named = (isFired: boolean) =>
      cases.filter(({ exp_alerts }) => exp_alerts.length > 0 === isFired).map(({ alertname }) => alertname);
    const all = rules.map(({ alert }) => alert).sort();
    expect([named(true).sort(), named(false).sort()]).toEqual([all, all]);
  });

  const promtool = findPromtool();
  const whenThere = promtool === undefined ? it.skip : it;
  whenThere('do so in Prometheus (skipped if there is no promtool: Debian’s package prometheus)', () => {
    const run = (...args: string[]) =>
      spawnSync(promtool ?? '', args, { cwd: join(deploy, 'prometheus'), encoding: 'utf8' });
    for (const args of [
      ['test', 'rules', 'alerts.test.yml'],
      ['check', 'config', 'prometheus.yml'],
      ['check', 'config', 'npm-start.yml'],
    ]) {
      const { status, stdout, stderr } = run(...args);
      expect({ args, status, said: status === 0 ? '' : stdout + stderr }).toEqual({
        args,
        status: 0,
        said: '',
      });
    }
  });
});

describe('dashboards', () => {
  it.each(dashboards)('$file uses exported metrics', ({ uid, file, panels }) => {
    expect(`${uid}.json`).toBe(`frontrow-${file}`);
    expect(panels.length).toBeGreaterThan(5);
    for (const { title, targets } of panels)
      for (const { expr } of targets)
        expect({ title, mistakes: mistakesIn(expr) }).toEqual({ title, mistakes: [] });
  });

  it('show every metric, or an alert does', () => {
    const queries = [
      ...rules.map(({ expr }) => expr),
      ...dashboards.flatMap(({ panels }) => panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))),
    ].join('\n');
    const unseen = [...Object.keys(metricTable), ...processMetrics].filter((name) => !queries.includes(name));
    expect(unseen).toEqual([]);
  });

  it('get their numbers from the Prometheus that is provisioned', () => {
    const { datasources } = parse(text('grafana/provisioning/datasources/prometheus.yml')) as {
      datasources: { uid: string; type: string }[];
    };
    expect(datasources).toMatchObject([{ uid: 'prometheus', type: 'prometheus' }]);
    for (const { file } of dashboards) {
      const uids = [
        ...text('grafana/dashboards', file).matchAll(/"datasource":\s*\{[^}]*"uid":\s*"([^"]+)"/g),
      ];
      expect(new Set(uids.map(([, uid]) => uid))).toEqual(new Set(['prometheus']));
    }
  });
});

describe('Prometheus', () => {
  const targetsIn = (file: string) => {
    const { rule_files, scrape_configs } = parse(text('prometheus', file)) as ScrapeConfig;
    expect(rule_files).toEqual(['alerts.yml']);
    expect(scrape_configs.map(({ job_name }) => job_name)).toEqual(['frontrow']);
    return scrape_configs
      .flatMap(({ static_configs }) => static_configs.flatMap(({ targets }) => targets))
      .sort();
  };

  it('asks every service, in containers and beside npm start', () => {
    expect(targetsIn('prometheus.yml')).toEqual(services.map((name) => `${name}:9464`).sort());
    expect(targetsIn('npm-start.yml')).toEqual(
      services.map((name) => `127.0.0.1:${String(metricsPort(standardPorts[name]))}`).sort(),
    );
  });
});
