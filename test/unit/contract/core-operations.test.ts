/** Nothing of the core is missing anywhere: rows, activities, the contract, and the owner's say over each. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createActivities } from '../../../src/activities';
import type { Activity } from '../../../src/activities/guarded';
import type { WorkerSetup } from '../../../src/contracts/worker-setup';
import { createClient } from '../../../src/polytomic/client';
import type { OperationGroup } from '../../../src/polytomic/operation';
import { createPolicy } from '../../../src/settings/operation-policy';
import { contract } from '../../../src/testing/http/contract';
import { exampleInput, rows } from '../polytomic/support/example-inputs';

/** How many operations of each resource the vendor's API had when the rows were last compared with it. */
const core: readonly [string, number][] = [
  ['bulkSync', 32],
  ['connections', 20],
  ['entities', 2],
  ['events', 2],
  ['identity', 1],
  ['jobs', 1],
  ['modelSync', 24],
  ['models', 9],
  ['notifications', 2],
  ['organization', 8],
  ['permissions', 10],
  ['queryRunner', 2],
  ['schemas', 9],
  ['temporaryCredentials', 1],
  ['users', 11],
  ['webhooks', 8],
];

const includedIn: Readonly<Record<OperationGroup, readonly OperationGroup[]>> = {
  read: ['read', 'run', 'provisioning', 'all'],
  run: ['run', 'provisioning', 'all'],
  create: ['create', 'provisioning', 'all'],
  provisioning: ['provisioning', 'all'],
  all: ['all'],
};
const of = (resource: string, names: Iterable<string>): string[] =>
  [...new Set(names)].filter((name) => name.startsWith(`${resource}.`));

let activities: Record<string, Activity<unknown, unknown>>;
let sent = 0;

beforeAll(() => {
  const fetch = (): Promise<never> => {
    sent += 1;
    throw new Error('not to be sent');
  };
  const client = createClient({ apiKey: 'test-key-1234', fetch });
  const nobody = (): void => undefined;
  const nobodyAnswers = (): Promise<never> => Promise.reject(new Error('nobody is to answer'));
  const organization = {
    name: 'default',
    client,
    allows: () => false,
    requestsPerMinute: 60,
    redactAnswer: nobodyAnswers,
  };
  const made = createActivities({
    organizations: new Map([['default', organization]]),
    setup: {} as WorkerSetup,
    notify: new Map(),
    fetch: () => Promise.reject(new Error('nobody is to be notified')),
    logs: { reaches: new Map(), maxFileBytes: 1, maxRunBytes: 1 },
    log: { info: nobody, warn: nobody },
  });
  activities = made.activities as typeof activities;
});

describe('the core of the API', () => {
  it.each(core)('%s: all its %i operations are rows, activities and in the contract', (resource, count) => {
    const named = rows.map(([name]) => name);
    const registered = Object.keys(activities).map((name) => name.replace(/^polytomic\./, ''));
    const contracted = contract.operations.filter(({ legacy }) => legacy !== true).map(({ id }) => id);
    expect(of(resource, named)).toHaveLength(count);
    // Long work has names under `jobs` too.
    expect(of(resource, registered)).toEqual(expect.arrayContaining(of(resource, named)));
    expect(of(resource, contracted).sort()).toEqual(of(resource, named).sort());
  });

  it('has no operation of another resource', () => {
    expect(rows).toHaveLength(core.reduce((sum, [, count]) => sum + count, 0));
  });
});

describe('the owner of a worker decides', () => {
  it.each(rows)('over %s by its group, its resource and its name', (name, row) => {
    const groups = Object.keys(includedIn) as OperationGroup[];
    expect(groups.filter((group) => createPolicy(group)(name)).sort()).toEqual([...includedIn[row.group]].sort());
    expect(createPolicy(`${name.split('.')[0]}.*`)(name)).toBe(true);
    const alone = createPolicy([name]);
    expect(rows.map(([other]) => other).filter(alone)).toEqual([name]);
  });

  it.each(rows)('over the activity of %s, which is not called where it is not allowed', async (name, row) => {
    const { request = [] } = row.secrets;
    const harmless = Object.entries(exampleInput(row)).filter(([field]) => !request.includes(field));
    const input = row.secrets.mixed ? {} : Object.fromEntries(harmless);
    await expect(activities[`polytomic.${name}`]?.(input)).rejects.toMatchObject({
      type: 'polytomic.NotAllowed',
      message: expect.stringContaining(name),
    });
    expect(sent).toBe(0);
  });
});
