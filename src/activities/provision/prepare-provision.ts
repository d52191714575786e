/** `prepareProvision`: from an input, right or wrong, to what the workflow works with. */
import type { z } from 'zod';
import type {
  PreparedProvision,
  ProvisionActivities,
  ProvisionWorkflowName,
} from '../../contracts/provision-activities';
import type { PlanPolytomicInput, ProvisionPolytomicInput } from '../../contracts/provision';
import { provisionKinds, type ProvisionSpec } from '../../contracts/provision-spec';
import { InvalidInputError } from '../../inputs/invalid-input-error';
import { parseInput } from '../../inputs/parse-input';
import { defaultOrganization } from '../../inputs/parse-run-input';
import {
  checkPolytomicDriftInput,
  deprovisionPolytomicInput,
  planPolytomicInput,
  provisionPolytomicInput,
} from '../../inputs/provision-inputs';
import { toMilliseconds } from '../../rules/duration';
import { maxTextSpecBytes } from '../../rules/provision/check-spec';
import { defaultSet } from '../../rules/provision/to-objects';
import { canonicalJson } from '../../rules/provision/values';
import { organizationOf } from '../allowed';
import type { ActivityDependencies } from '../dependencies';
import { notifyTargets } from '../notify-targets';
import { hashText } from './hash';
import { isPlainSpec, parseSpec } from './parse-spec';

type AnyInput = ProvisionPolytomicInput & Pick<PlanPolytomicInput, 'destroy' | 'deleteAdopted'>;

const shapes: Readonly<Record<ProvisionWorkflowName, () => z.ZodType<AnyInput>>> = {
  planPolytomic: planPolytomicInput,
  provisionPolytomic: provisionPolytomicInput,
  deprovisionPolytomic: deprovisionPolytomicInput,
  checkPolytomicDrift: checkPolytomicDriftInput,
};

const dayMs = 86_400_000;
const defaultTimeoutMs = 7 * dayMs;
const defaultMaxConcurrent = 10;

/** Makes the activity. @throws InvalidInputError that names everything wrong. */
export function createPrepareProvision(deps: ActivityDependencies): ProvisionActivities['prepareProvision'] {
  return async ({ workflow, input }): Promise<PreparedProvision> => {
    const given = parseInput(workflow, shapes[workflow](), input);
    const organization = organizationOf(deps, given.organization ?? defaultOrganization, workflow);
    const { variables = {}, adopt, prune = false, deleteAdopted = [] } = given;
    const spec = parseSpec(given.spec, { subject: workflow, variables, ...(adopt && { adopt }) });
    requireInSpec(workflow, spec, deleteAdopted);
    const isPlain = isPlainSpec(given.spec);
    if (!isPlain && Buffer.byteLength(JSON.stringify(spec)) > maxTextSpecBytes) {
      const message = `a spec given as text may have ${maxTextSpecBytes} bytes; give it as plain data`;
      throw new InvalidInputError(workflow, [{ field: 'spec', message }]);
    }
    const timeoutMs = toMilliseconds(given.timeout) ?? defaultTimeoutMs;
    return {
      organization: organization.name,
      set: spec.name ?? defaultSet,
      specHash: hashText(canonicalJson([spec, variables, adopt ?? null, prune, [...deleteAdopted].sort()])),
      spec: isPlain ? null : spec,
      adopt: adopt ?? null,
      prune,
      destroy: given.destroy ?? false,
      rollback: given.rollback ?? true,
      planHash: given.planHash ?? null,
      approve: given.approve ?? 'never',
      approvalTimeoutMs: toMilliseconds(given.approvalTimeout) ?? dayMs,
      timeoutMs,
      maxConcurrent: given.maxConcurrent ?? defaultMaxConcurrent,
      deleteAdopted,
      notify: notifyTargets(deps, [...new Set(given.notify)], workflow),
      setup: deps.setup,
    };
  };
}

/** A slip of the pen would leave the object that is meant, and look like a success. @throws InvalidInputError */
function requireInSpec(workflow: string, spec: ProvisionSpec, deleteAdopted: readonly string[]): void {
  const inSpec = new Set(
    provisionKinds.flatMap((kind) => Object.keys(spec[kind] ?? {}).map((key) => `${kind}.${key}`)),
  );
  const issues = deleteAdopted.flatMap((address, index) =>
    inSpec.has(address) ? [] : [{ field: `deleteAdopted[${index}]`, message: 'the spec has no such object' }],
  );
  if (issues.length > 0) throw new InvalidInputError(workflow, issues);
}
