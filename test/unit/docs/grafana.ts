/** What would break a Grafana dashboard for whoever imports it. */
import { z } from 'zod';

const nonEmpty = z.string().min(1);
const datasource = z.object({ type: nonEmpty, uid: nonEmpty });
const target = z.object({ refId: nonEmpty, datasource, expr: nonEmpty, legendFormat: nonEmpty });
/** Grafana's grid is 24 columns wide. */
const gridPos = z.object({
  x: z.int().min(0).max(23),
  y: z.int().min(0),
  w: z.int().min(1).max(24),
  h: z.int().min(1),
});
const panel = z.object({
  id: z.int().min(1),
  type: z.enum(['timeseries', 'stat', 'gauge', 'bargauge', 'table', 'heatmap']),
  title: nonEmpty,
  datasource,
  gridPos,
  targets: z.array(target).min(1),
});
const variable = z.object({ name: nonEmpty, type: nonEmpty, query: nonEmpty });
/** Version 16 of the schema brought the grid. Grafana takes 40 characters of an uid. */
const dashboardShape = z.object({
  uid: z.string().regex(/^[\w-]{1,40}$/),
  title: nonEmpty,
  schemaVersion: z.int().min(16),
  __inputs: z.array(z.object({ name: nonEmpty, type: z.literal('datasource'), pluginId: nonEmpty })).optional(),
  templating: z.object({ list: z.array(variable) }),
  panels: z.array(panel).min(1),
});
type Dashboard = z.infer<typeof dashboardShape>;
type Panel = Dashboard['panels'][number];

/** Labels by the name of each series that a worker exports; `le` of histograms among them. */
export type Series = ReadonlyMap<string, readonly string[]>;

/** Every problem of a dashboard, as its panel and what is wrong; none where Grafana can show it. */
export function dashboardProblems(content: unknown, series: Series): string[] {
  const parsed = dashboardShape.safeParse(content);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const { panels } = parsed.data;
  return [
    ...repeated(panels.map(({ id }) => id)).map((id) => `two panels have the id ${id}`),
    ...panels.flatMap((one, index) => layoutProblems(one, panels.slice(0, index))),
    ...panels.flatMap((one) => queryProblems(one, series).map((problem) => `${one.title}: ${problem}`)),
    ...datasourceProblems(parsed.data),
    ...variableProblems(content, parsed.data),
  ];
}

function repeated<T>(values: readonly T[]): T[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

function layoutProblems({ title, gridPos: own }: Panel, earlier: readonly Panel[]): string[] {
  const covered = earlier.filter(({ gridPos: { x, y, w, h } }) => {
    const isBeside = own.x + own.w <= x || x + w <= own.x;
    return !isBeside && own.y + own.h > y && y + h > own.y;
  });
  return [
    ...(own.x + own.w > 24 ? [`${title}: wider than the grid`] : []),
    ...covered.map((other) => `${title}: overlaps ${other.title}`),
  ];
}

function queryProblems({ targets }: Panel, series: Series): string[] {
  return [
    ...repeated(targets.map(({ refId }) => refId)).map((refId) => `two targets have the refId ${refId}`),
    ...targets.flatMap(({ expr, legendFormat }) => {
      const query = readQuery(expr);
      const labels = query.metrics.flatMap((name) => series.get(name) ?? []);
      const shown = [...legendFormat.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label = '']) => label);
      return [
        ...(query.metrics.length === 0 ? [`${expr} has no metric`] : []),
        ...query.metrics.filter((name) => !series.has(name)).map((name) => `no worker exports ${name}`),
        ...query.labels.filter((label) => !labels.includes(label)).map((label) => `no metric there has ${label}`),
        ...shown.filter((label) => !query.grouped.includes(label)).map((label) => `the query drops ${label}`),
      ];
    }),
  ];
}

/** The data source of each panel and target is one that whoever imports the dashboard is asked for, and of its type. */
function datasourceProblems({ panels, templating, __inputs = [] }: Dashboard): string[] {
  const offered = new Map([
    ...templating.list.filter(({ type }) => type === 'datasource').map(({ name, query }) => [name, query] as const),
    ...__inputs.map(({ name, pluginId }) => [name, pluginId] as const),
  ]);
  return panels.flatMap(({ title, datasource: own, targets }) =>
    [own, ...targets.map((one) => one.datasource)]
      .filter(({ type, uid }) => offered.get(/^\$\{(\w+)\}$/.exec(uid)?.[1] ?? '') !== type)
      .map(({ type, uid }) => `${title}: nothing offers the ${type} data source ${uid}`),
  );
}

/** Those of Grafana itself that have a value in every query. */
const ownVariables = ['__interval', '__interval_ms', '__range', '__range_s', '__range_ms', '__rate_interval'];

function variableProblems(content: unknown, { templating, __inputs = [] }: Dashboard): string[] {
  const known = [...ownVariables, ...[...templating.list, ...__inputs].map(({ name }) => name)];
  const used = textsOf(content).flatMap((text) =>
    [...text.matchAll(/\$(\w+)|\$\{(\w+)(?:[:.][^}]*)?\}|\[\[(\w+)(?::\w+)?\]\]/g)].map(
      ([, plain, braced, bracketed]) => plain ?? braced ?? bracketed ?? '',
    ),
  );
  return [...new Set(used)].filter((name) => !known.includes(name)).map((name) => `no variable is called ${name}`);
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

interface Query {
  readonly metrics: string[];
  /** Those that are matched or grouped by. */
  readonly labels: string[];
  /** Those that are left in the answer. */
  readonly grouped: string[];
}

const keywords = new Set(['or', 'and', 'unless', 'bool', 'offset', 'inf', 'nan']);

/** Reads as much of PromQL as dashboards and rules need: names of metrics, `by` and matchers. */
function readQuery(expr: string): Query {
  const withoutTexts = expr.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/\[[^\]]*\]/g, '');
  const matched = [...withoutTexts.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*""/g)].map(([, label = '']) => label);
  const grouped = [...withoutTexts.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(
    ([, list = '']) => list.match(/\w+/g) ?? [],
  );
  const bare = withoutTexts.replace(/\{[^}]*\}/g, '').replace(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, '');
  const names = [...bare.matchAll(/\b([a-z_][\w:]*)\b(?!\s*\()/gi)].map(([, name = '']) => name);
  return {
    metrics: names.filter((name) => !keywords.has(name.toLowerCase())),
    labels: [...new Set([...matched, ...grouped])],
    grouped,
  };
}
