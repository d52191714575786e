/** The Grafana dashboard shows what the worker exports, and docs/observability.md lists that. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { MetricMeter } from '@temporalio/common';
import { createInstruments } from '../../../src/hosting/metrics';
import { dashboardProblems } from './grafana';

/** The table of metrics in the page: the labels of each. */
const documented = new Map(
  readFileSync('docs/observability.md', 'utf8')
    .split('\n')
    .filter((line) => /^\| `(polytomic|temporal)_/.test(line))
    .map((row) => {
      const [name = '', labels = ''] = row.split('|').slice(1, 3);
      return [name.replace(/[`\s]/g, ''), labels.match(/\w+/g) ?? []] as const;
    }),
);

/** The names of our metrics as Prometheus has them, and which are histograms. */
function exported(): { name: string; isHistogram: boolean }[] {
  const made: { name: string; isHistogram: boolean }[] = [];
  const creator =
    (isHistogram: boolean, suffix = '') =>
    (name: string): void =>
      void made.push({ name: name + suffix, isHistogram });
  createInstruments({
    createCounter: creator(false, '_total'),
    createGauge: creator(false),
    createHistogram: creator(true),
  } as unknown as MetricMeter);
  return made;
}

/** Every series that a query may name. Of the SDK's own metrics those that the page lists, none of which is a histogram. */
const series = new Map<string, readonly string[]>(
  [...exported(), ...sdkMetrics().map((name) => ({ name, isHistogram: false }))].flatMap(({ name, isHistogram }) => {
    const labels: readonly string[] = documented.get(name) ?? [];
    const suffixes = isHistogram ? ['_sum', '_count'] : [''];
    const plain = suffixes.map((suffix): [string, readonly string[]] => [name + suffix, labels]);
    return isHistogram ? [...plain, [`${name}_bucket`, [...labels, 'le']]] : plain;
  }),
);

function sdkMetrics(): string[] {
  return [...documented.keys()].filter((name) => name.startsWith('temporal_'));
}

const shipped = readFileSync('examples/grafana/polytomic.json', 'utf8');

it('docs/observability.md lists the metrics that the worker exports, and no other', () => {
  const listed = [...documented.keys()].filter((name) => name.startsWith('polytomic_'));
  expect(listed.toSorted()).toEqual(
    exported()
      .map(({ name }) => name)
      .toSorted(),
  );
});

describe('the Grafana dashboard', () => {
  it('can be shown, and asks only for what the worker exports', () => {
    expect(dashboardProblems(JSON.parse(shipped), series)).toEqual([]);
  });

  it.each([
    ['no uid', '"uid": "temporal-polytomic"', '"uid": ""', /^uid: /],
    ['no title', '"title": "Polytomic syncs on Temporal",', '', /^title: /],
    ['an old schema', '"schemaVersion": 39', '"schemaVersion": 12', /^schemaVersion: /],
    ['a panel of an unknown type', '"type": "timeseries"', '"type": "graf"', /^panels\.0\.type: /],
    ['a panel without a title', '"title": "Executions awaited"', '"title": ""', /^panels\.0\.title: /],
    ['two panels with one id', '"id": 2,', '"id": 1,', /two panels have the id 1/],
    ['panels that overlap', '"x": 12,\n        "y": 0', '"x": 6,\n        "y": 0', /overlaps Executions awaited/],
    ['a panel beyond the grid', '"x": 12,\n        "y": 0', '"x": 18,\n        "y": 0', /wider than the grid/],
    ['a fixed data source', '"uid": "${datasource}"', '"uid": "P1809F7CD0C75ACF3"', /nothing offers the prometheus/],
    ['a data source of another type', '"query": "prometheus"', '"query": "loki"', /nothing offers the prometheus/],
    ['a variable that nothing defines', '"name": "datasource"', '"name": "source"', /no variable is called datasource/],
    ['an undefined range', '[$__rate_interval]', '[$range]', /no variable is called range/],
    [
      'a metric that is not exported',
      'sum(polytomic_waits)',
      'sum(polytomic_wait)',
      /no worker exports polytomic_wait$/,
    ],
    ['a counter without its suffix', 'rate(polytomic_starts_total', 'rate(polytomic_starts', /no worker exports/],
    ['a histogram without its buckets', 'polytomic_end_lag_seconds_bucket', 'polytomic_end_lag_seconds', /no worker/],
    ['a label that the metric lacks', 'by (how)', 'by (why)', /no metric there has why/],
    ['a legend of a label that is gone', '"legendFormat": "{{how}}"', '"legendFormat": "{{kind}}"', /drops kind/],
    ['two targets of one name', '"refId": "B"', '"refId": "A"', /two targets have the refId A/],
    ['a query without a metric', '"expr": "sum(polytomic_waits)"', '"expr": "vector(1)"', /has no metric/],
  ])('is refused with %s', (_what, part, broken, problem) => {
    expect(shipped).toContain(part);
    const problems = dashboardProblems(JSON.parse(shipped.replace(part, broken)), series);
    expect(problems).toContainEqual(expect.stringMatching(problem));
  });
});
