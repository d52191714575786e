/** What a set-up is worth: each thing that was seen, judged, with its cure. Pure. */
import type { OrganizationSetup, PolytomicSetup } from '../../contracts/inspection';
import { failureTypes } from '../../contracts/failure-types';
import { exitCodes, type ExitCode } from '../exit-codes';
import type { PolledQueue } from '../pollers';

/** One check. */
export interface Finding {
  check: string;
  state: 'ok' | 'warning' | 'broken' | 'skipped';
  message: string;
  /** What to do; absent where nothing is to be done. */
  cure?: string;
  /** What a broken check makes of the exit code. */
  exitCode: ExitCode;
}

const ok = (check: string, message: string): Finding => ({ check, state: 'ok', message, exitCode: exitCodes.ok });
const warning = (check: string, message: string, cure: string): Finding => ({
  ...{ check, state: 'warning', message, cure, exitCode: exitCodes.ok },
});

/** A check that failed. */
export function broken(check: string, exitCode: ExitCode, message: string, cure?: string): Finding {
  return { check, state: 'broken', message, exitCode, ...(cure !== undefined && { cure }) };
}

/** Checks that could not be made, as one before them failed. */
export function skipped(checks: readonly string[], why: string): Finding[] {
  return checks.map((check) => ({ check, state: 'skipped', message: why, exitCode: exitCodes.ok }));
}

const minNode = [20, 19] as const;

/** The Node that runs this program. */
export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isNew = major > minNode[0] || (major === minNode[0] && minor >= minNode[1]);
  if (isNew) return ok('node', `Node ${version}`);
  return broken('node', exitCodes.usage, `Node ${version} is too old`, `Install Node ${minNode.join('.')} or newer`);
}

const minServer = [1, 25] as const;

/** The server of Temporal. */
export function judgeServer(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (version === '' || major > minServer[0] || minor >= minServer[1])
    return ok('temporal', `Temporal server ${version || '(version not said)'}`);
  const message = `Temporal server ${version} may lack updates, which pause, resume and skip need`;
  return warning('temporal', message, `Update the server to ${minServer.join('.')} or newer`);
}

/** Who polls: workflows, activities, waits. */
export function judgePollers(queues: readonly PolledQueue[]): Finding[] {
  return queues.map(({ taskQueue, type, pollers }, at) => {
    const check = ['workers', 'activities', 'waits'][at] ?? type;
    if (pollers.length > 0) {
      const versions = [...new Set(pollers.flatMap(({ deployment }) => (deployment === null ? [] : [deployment])))];
      const of = versions.length > 0 ? `, versions ${versions.join(', ')}` : '';
      return ok(check, `${pollers.length} polling ${taskQueue} (${type})${of}`);
    }
    const cures: Record<string, string> = {
      workers:
        'Start one: temporal-polytomic worker; or name its queue: --task-queue, POLYTOMIC_TASK_QUEUE, and its namespace',
      activities: 'A worker polls for workflows only: run one with the plugin, which registers the activities',
      waits: 'No process waits: set POLYTOMIC_WAIT=on (or leave it out) for at least one worker',
    };
    return broken(check, exitCodes.noWorker, `Nobody polls ${taskQueue} (${type})`, cures[check] ?? '');
  });
}

/** Clocks further apart than this mislead waits and starts. */
const maxClockMs = 60_000;

/** What a worker said of itself, and of each organization. */
export function judgeSetup(setup: PolytomicSetup, ownVersion: string): Finding[] {
  const { version, node } = setup;
  const worker =
    version === ownVersion
      ? ok('version', `Worker ${version} on Node ${node}`)
      : warning('version', `The worker is ${version}, this program ${ownVersion}`, 'Update the older of the two');
  return [worker, ...setup.organizations.flatMap(judgeOrganization)];
}

function judgeOrganization(organization: OrganizationSetup): Finding[] {
  const { name, clockAheadMs } = organization;
  return [
    judgeKey(organization),
    ...judgePolicy(organization),
    ...(clockAheadMs === null ? [] : [judgeClock(name, clockAheadMs)]),
  ];
}

const cures: Readonly<Record<string, string>> = {
  [failureTypes.Unauthorized]: 'Give the worker a key that is valid: POLYTOMIC_API_KEY or POLYTOMIC_API_KEY_FILE',
  [failureTypes.Forbidden]: 'Give the key the permission, or the worker another key',
  [failureTypes.Network]: "Check the worker's network, proxy (HTTPS_PROXY) and POLYTOMIC_URL",
  [failureTypes.Unavailable]: 'Polytomic is in trouble; runs go on by themselves once it is back',
  [failureTypes.RateLimited]: 'Lower POLYTOMIC_REQUESTS_PER_MINUTE, or see who else spends the limit',
  [failureTypes.UnexpectedResponse]: 'Check POLYTOMIC_URL: something else than Polytomic may answer there',
  [failureTypes.NotFound]: 'Check POLYTOMIC_URL: it is not the API of Polytomic',
};

function judgeKey({ name, url, apiVersion, identity, failure }: OrganizationSetup): Finding {
  const check = `key ${name}`;
  if (identity) {
    const who =
      identity.organizationName ?? identity.organizationId ?? 'an organization that this API version does not name';
    return ok(check, `Accepted by ${url} (API ${apiVersion}) for ${who}`);
  }
  const refused = failure?.type === failureTypes.Unauthorized || failure?.type === failureTypes.Forbidden;
  const message = failure?.message ?? 'The key could not be checked';
  return broken(check, refused ? exitCodes.notAllowed : exitCodes.failed, message, cures[failure?.type ?? '']);
}

function judgePolicy({ name, allowed }: OrganizationSetup): Finding[] {
  const check = `policy ${name}`;
  const setting = 'POLYTOMIC_OPERATIONS';
  if (!allowed.list)
    return [
      broken(
        check,
        exitCodes.notAllowed,
        'Lists of syncs are not allowed, so names are not known',
        `Let ${setting} include read or run`,
      ),
    ];
  if (!allowed.run)
    return [broken(check, exitCodes.notAllowed, 'Starting syncs is not allowed', `Let ${setting} include run`)];
  if (!allowed.cancel)
    return [warning(check, 'Canceling runs is not allowed: they go on after a cancel', `Let ${setting} include run`)];
  const steps = Object.entries(allowed).flatMap(([step, isAllowed]) => (isAllowed ? [step] : []));
  return [ok(check, `Allowed: ${steps.join(', ')}`)];
}

function judgeClock(name: string, aheadMs: number): Finding {
  const check = `clock ${name}`;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) <= maxClockMs) return ok(check, `The worker's clock and Polytomic's are ${seconds} s apart`);
  const message = `The worker's clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} Polytomic's`;
  return broken(
    check,
    exitCodes.failed,
    message,
    "Set the worker's clock by NTP: starts are matched with runs by their times",
  );
}

/** Whether workflows can be listed, by which `status` and `orphans` find theirs. */
export function judgeVisibility(problem: string | null): Finding {
  if (problem === null) return ok('search', 'Workflows can be listed by type and status');
  const message = `Workflows cannot be listed by type and status (${problem})`;
  return warning(
    'search',
    message,
    'status and orphans need it: give the namespace a visibility store that knows these attributes',
  );
}
