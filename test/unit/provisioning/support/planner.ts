/** Plans and exports by the real activities, against an emulator without a server and records of the test's own. */
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ActivityDependencies } from '../../../../src/activities/dependencies';
import { createProvisionActivities } from '../../../../src/activities/provision';
import type { SetRecords } from '../../../../src/activities/provision/set-records';
import type { ExportResult } from '../../../../src/contracts/provision';
import type { ProvisionPlan } from '../../../../src/contracts/provision-plan';
import type { SetClaims, SetRecord } from '../../../../src/contracts/provision-record';
import type { ProvisionSpec } from '../../../../src/contracts/provision-spec';
import { createClient } from '../../../../src/polytomic/client';
import type { RequestSecrets } from '../../../../src/polytomic/request-secrets';
import { toObjects } from '../../../../src/rules/provision/to-objects';
import type { InProcessEmulator } from '../../../../src/testing';
import type { ActivitySource } from '../../../../src/workflows/provision/activities';
import { makePlan, type MadePlan } from '../../../../src/workflows/provision/make-plan';

/** Any change is a failure: whoever plans only reads, the record included. */
const readOnly: SetRecords = {
  read: async () => null,
  change: () => Promise.reject(new Error('a plan changes no record')),
  endOfRecord: async () => null,
  endOf: async () => undefined,
  async *claims() {},
};

/** No secret can be had: the create of a connection is refused with an error of this name. */
export const withholding = (name = 'SecretNotAllowedError'): RequestSecrets => ({
  async open({ name: operation }, input) {
    if (operation === 'connections.create') throw Object.assign(new Error('PASS cannot be had'), { name });
    return { input, secrets: [], fields: [] };
  },
});

/** The activities of provisioning, run at once; requests may refer to `secret`. */
export function activitiesOn(
  emulator: InProcessEmulator,
  records: SetRecords = readOnly,
  { secret, requestSecrets }: { secret?: string | undefined; requestSecrets?: RequestSecrets | undefined } = {},
): ActivitySource {
  const { apiKey, fetch } = emulator;
  const client = createClient({ apiKey, url: 'https://polytomic.invalid', fetch, requestSecrets });
  const knownSecrets = { finder: async () => (text: string) => secret !== undefined && text.includes(secret) };
  const organization = { name: 'default', client, knownSecrets, allows: () => true, requestsPerMinute: 600 };
  const log = { info: () => undefined, warn: () => undefined };
  const deps = {
    organizations: new Map([['default', organization]]),
    notify: new Map(),
    log,
  } as unknown as ActivityDependencies;
  const { activities, waits } = createProvisionActivities(deps, records);
  const all = { ...activities, ...waits };
  return ((name: keyof typeof all) => (input: never) =>
    new MockActivityEnvironment().run(all[name], input)) as ActivitySource;
}

/** What an apply would do. */
export async function planOn(
  emulator: InProcessEmulator,
  spec: ProvisionSpec,
  {
    record = null,
    prune = false,
    secret,
    requestSecrets,
    claims = [],
  }: {
    record?: SetRecord | null;
    prune?: boolean;
    secret?: string;
    requestSecrets?: RequestSecrets;
    claims?: SetClaims[];
  } = {},
): Promise<MadePlan> {
  const records: SetRecords = {
    ...readOnly,
    async *claims() {
      yield* claims;
    },
  };
  return makePlan({
    prepared: { organization: 'default', set: 'default', specHash: 'h', prune },
    spec,
    objects: toObjects(spec),
    record,
    activity: activitiesOn(emulator, records, { secret, requestSecrets }),
  });
}

/** Exports everything there is, and plans what came out. */
export async function exportAndPlan(
  emulator: InProcessEmulator,
): Promise<{ exported: ExportResult; plan: ProvisionPlan }> {
  const exported = await activitiesOn(emulator)('exportObjects', '')({ input: {} });
  return { exported, plan: (await planOn(emulator, exported.spec)).plan };
}
