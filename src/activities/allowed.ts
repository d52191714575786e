/** What the operator of this worker allows. */
import type { SyncKind } from '../contracts/sync-kind';
import { InvalidInputError } from '../inputs/invalid-input-error';
import { shorten } from '../rules/quoted';
import type { ActivityDependencies, Organization } from './dependencies';

/** The operator of this worker did not allow an operation. */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';

  /** `setting`: what the owner would have to set. */
  constructor(operation: string, organization: string, setting = 'POLYTOMIC_OPERATIONS') {
    super(`The operator of this worker does not allow ${operation} for organization "${organization}" (${setting})`);
  }
}

/** Operations behind each step of a run; both kinds name them alike. */
export const operationsOfStep = {
  read: ['get', 'executions.list', 'executions.get'],
  start: ['start'],
  activate: ['activate'],
  cancel: ['executions.cancel'],
  create: ['create'],
  list: ['list'],
} as const;

/** A step of a run. */
export type RunStep = keyof typeof operationsOfStep;

/** The organization of that name. @param subject what the input is for @throws InvalidInputError when this worker has none. */
export function organizationOf(deps: ActivityDependencies, name: string, subject: string): Organization {
  const organization = deps.organizations.get(name);
  if (organization) return organization;
  const message = `no organization "${shorten(name)}" is configured on this worker`;
  throw new InvalidInputError(subject, [{ field: 'organization', message }]);
}

/** @throws NotAllowedError naming the first operation that is not allowed. */
export function requireOperation(organization: Organization, operation: string): void {
  if (organization.allows(operation)) return;
  organization.onRefused?.(operation);
  throw new NotAllowedError(operation, organization.name);
}

/** @throws NotAllowedError naming the first operation of these steps that is not allowed. */
export function requireSteps(organization: Organization, kind: SyncKind, steps: readonly RunStep[]): void {
  for (const step of steps) {
    for (const name of operationsOfStep[step]) requireOperation(organization, `${kind}Sync.${name}`);
  }
}

/** @throws NotAllowedError where the connections of syncs of this kind may not be read. */
export function requireConnections(organization: Organization, kind: SyncKind): void {
  requireOperation(organization, 'connections.get');
  if (kind === 'model') requireOperation(organization, 'models.get');
}
