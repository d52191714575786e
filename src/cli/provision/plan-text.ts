/** Plans, drifts and results of provisioning in words. Pure. */
import type {
  DriftedResource,
  DriftResult,
  ProvisionedResource,
  ProvisioningFailure,
  ProvisionResult,
  TouchedResource,
} from '../../contracts/provision';
import type { FieldChange, PlannedAction, PlannedChange, ProvisionPlan } from '../../contracts/provision-plan';
import type { Colors } from '../style';
import { formatCount, toCell } from '../style';

type Paint = Exclude<keyof Colors, 'isColorSupported'>;

/** Terraform's signs where it has them. */
const signs: Readonly<Record<PlannedAction, readonly [string, Paint]>> = {
  create: ['+', 'green'],
  adopt: ['<', 'cyan'],
  update: ['~', 'yellow'],
  rename: ['~', 'yellow'],
  replace: ['±', 'red'],
  delete: ['-', 'red'],
  blocked: ['!', 'red'],
  unchanged: ['=', 'dim'],
};

/** What a plan is for. */
export type PlanFor = 'apply' | 'destroy';

/** Most objects of a plan that a screen shows; `-o json` has all of them. */
const maxShown = 200;

/** The plan in words: each object that is not left alone, then the counts. */
export function planText(plan: ProvisionPlan, colors: Colors, planFor: PlanFor = 'apply'): string {
  const { changes, set, ownership, hash } = plan;
  const told = changes.filter(({ action, reason }) => action !== 'unchanged' || reason !== null);
  const lines = told.slice(0, maxShown).flatMap((change) => changeLines(change, colors));
  if (told.length > maxShown) lines.push(`… ${formatCount(told.length - maxShown)} more; -o json lists all of them`);
  const summary = countsText(plan.counts);
  lines.push(`${colors.bold(`Set ${set}`)}: ${summary === '' ? 'nothing is in the spec' : summary}`);
  if (ownership === 'unknown' && planFor === 'destroy') {
    lines.push('The set has no record: nothing says that we made any of it, so nothing is deleted.');
  }
  if (plan.empty) lines.push(planFor === 'apply' ? 'Nothing is to be changed.' : 'Nothing is to be deleted.');
  else if (plan.counts.blocked > 0) lines.push(colors.red(`Blocked: ${planFor} would be refused.`));
  else lines.push(colors.dim(`Plan ${hash}`));
  return lines.join('\n');
}

function changeLines({ address, action, name, id, ...change }: PlannedChange, colors: Colors): string[] {
  const [sign, color] = signs[action];
  const why = change.reason === null ? '' : `: ${toCell(change.reason, 500)}`;
  const word = action === 'unchanged' ? 'left' : action;
  const head = `${colors[color](`${sign} ${word.padEnd(7)}`)} ${address} ${JSON.stringify(toCell(name))}${id ? colors.dim(` ${id}`) : ''}`;
  return [
    `${head}${why}`,
    ...change.fields.map((field) => `    ${fieldText(field)}`),
    ...(change.fieldCount > change.fields.length
      ? [`    … ${formatCount(change.fieldCount - change.fields.length)} more fields`]
      : []),
    ...change.problems.map((problem) => `    problem: ${toCell(problem, 300)}`),
    ...change.loses.map((lost) => `    ${colors.red('loses:')} ${lost}`),
    ...change.waits.map((wait) => `    waits for: ${toCell(wait, 300)}`),
  ];
}

const fieldText = ({ path, before, after }: FieldChange): string =>
  `${toCell(path, 200)}: ${valueText(before)} → ${valueText(after)}`;

const valueText = (value: unknown): string => toCell(value === undefined ? '(none)' : JSON.stringify(value), 200);

/** `3 to create, 1 to update`: in the order of the plan's own words. */
function countsText(counts: ProvisionPlan['counts']): string {
  const words: Partial<Record<PlannedAction, string>> = { unchanged: 'unchanged', blocked: 'blocked' };
  return Object.keys(signs)
    .flatMap((key) => {
      const action = key as PlannedAction;
      return counts[action] > 0 ? [`${formatCount(counts[action])} ${words[action] ?? `to ${action}`}`] : [];
    })
    .join(', ');
}

const driftColors: Readonly<Record<DriftedResource['state'], Paint>> = {
  missing: 'red',
  changed: 'yellow',
  unmanaged: 'yellow',
  pending: 'dim',
};

/** What differs from what was applied, in words. */
export function driftText({ set, drifted, resources }: DriftResult, colors: Colors): string {
  const lines = resources.flatMap(({ address, state, name, fields, reason }) => [
    `${colors[driftColors[state]](state.padEnd(9))} ${address} ${JSON.stringify(toCell(name))}${reason === null ? '' : `: ${toCell(reason, 500)}`}`,
    ...fields.map((field) => `    ${fieldText(field)}`),
  ]);
  const pending = resources.filter(({ state }) => state === 'pending').length;
  const end = drifted
    ? `${resources.length - pending} objects differ from what was applied`
    : 'nothing differs from what was applied';
  const later = pending > 0 ? `; ${pending} of the spec are still to be applied` : '';
  return [...lines, `${colors.bold(`Set ${set}`)}: ${end}${later}`].join('\n');
}

/** Whether a result, or the details of a failure, are those of provisioning. */
export function isProvisioned(value: unknown): value is ProvisionResult {
  return typeof value === 'object' && value !== null && 'resources' in value && 'specHash' in value;
}

/** The same of a failure. */
export function isProvisioningFailure(value: unknown): value is ProvisioningFailure {
  return typeof value === 'object' && value !== null && 'undone' in value && 'left' in value;
}

/** What became of each object. */
export function provisionedLines({ set, resources }: ProvisionResult, colors: Colors): string[] {
  const entries = Object.entries(resources);
  const counts = new Map<string, number>();
  for (const [, { action }] of entries) counts.set(action, (counts.get(action) ?? 0) + 1);
  const told = entries.filter(([, { action, left }]) => action !== 'unchanged' || left !== undefined);
  const summary = [...counts].map(([action, count]) => `${formatCount(count)} ${action}`).join(', ');
  return [
    `${colors.green('✓')} ${colors.bold(`Set ${toCell(set)}`)}: ${summary || 'nothing is in the spec'}`,
    ...told.slice(0, maxShown).map(([address, resource]) => `  ${resourceText(address, resource, colors)}`),
    ...(told.length > maxShown ? [`  … ${formatCount(told.length - maxShown)} more; -o json lists all of them`] : []),
  ];
}

function resourceText(
  address: string,
  { action, id, reason, run, left = [] }: ProvisionedResource,
  colors: Colors,
): string {
  const why = reason === undefined ? '' : `: ${toCell(reason, 300)}`;
  const ran = run === undefined ? '' : `, first run ${run.outcome}`;
  const kept = left.map((old) => `; the old object ${old.id} is left: ${toCell(old.reason, 300)}`).join('');
  return `${action.padEnd(8)} ${address}${id === null ? '' : colors.dim(` ${id}`)}${ran}${why}${kept}`;
}

/** What failed, and what of the objects is there now. */
export function provisioningFailureLines(
  { set, failed, made, undone, left }: ProvisioningFailure,
  colors: Colors,
): string[] {
  const list = (what: string, objects: readonly TouchedResource[]): string[] =>
    objects.slice(0, maxShown).map(({ address, name, id, reason }) => {
      const why = reason === undefined ? '' : `: ${toCell(reason, 500)}`;
      return `  ${what} ${address} ${JSON.stringify(toCell(name))}${id === null ? '' : colors.dim(` ${id}`)}${why}`;
    });
  const named = new Set(failed.map(({ address }) => address));
  return [
    `${colors.red('✗')} ${colors.bold(`Set ${toCell(set)}`)}: failed`,
    ...list(colors.red('failed '), failed),
    ...list('undone ', undone),
    ...list('made   ', made),
    ...list(
      colors.yellow('left   '),
      left.filter(({ address }) => !named.has(address)),
    ),
  ];
}
