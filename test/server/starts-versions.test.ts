/** One start, one execution, in every API version that has what a run needs. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { startEmulator, type Emulator, type ExecutionScript, type FaultSpec } from '../../src/testing';
import { sideBySide } from './support/side-by-side';
import { addSync, runsOf, runsPath, workflowOf, type Kind } from './support/syncs';
import { startWorld, type World } from './support/world';

const versionsOf = { model: ['2022-12-12', '2023-04-25', '2024-02-08'], bulk: ['2024-02-08'] } as const;
type Version = (typeof versionsOf)[Kind][number];

/** An organization for each version, so that one worker serves all of them. */
let world: World;
const emulators = new Map<Version, Emulator>();

beforeAll(async () => {
  const organizations = await Promise.all(
    versionsOf.model.map(async (apiVersion) => {
      const emulator = await startEmulator({ durationMs: 300 });
      emulators.set(apiVersion, emulator);
      return [apiVersion, { apiVersion, url: emulator.url, apiKey: emulator.apiKey }] as const;
    }),
  );
  world = await startWorld('versions', { plugin: { organizations: Object.fromEntries(organizations) } });
});
afterAll(async () => {
  await world.close();
  await Promise.all([...emulators.values()].map((emulator) => emulator.close()));
});

interface Start {
  kind: Kind;
  organization: Version;
  fault?: FaultSpec;
  script?: ExecutionScript;
  outcome?: string;
}

async function startsOnce({ kind, organization, fault, script, outcome = 'completed' }: Start): Promise<void> {
  const emulator = emulators.get(organization);
  if (!emulator) throw new Error(`There is no emulator for ${organization}`);
  const sync = addSync({ emulator }, kind, { script });
  if (fault) emulator.fault({ method: 'POST', path: runsPath(sync), ...fault });
  const input = { syncId: sync.id, organization, onFailure: 'return' };
  const result = await world.run(workflowOf[kind], input);
  const runs = runsOf({ emulator }, sync);
  expect(runs).toHaveLength(1);
  expect(result).toMatchObject({ executionId: runs[0]?.id, outcome, status: outcome });
}

const stories = (['model', 'bulk'] as const).flatMap((kind) =>
  versionsOf[kind].flatMap((organization): [string, Start][] => [
    [`a ${kind} sync in ${organization} runs once`, { kind, organization }],
    [
      `a ${kind} sync in ${organization} runs once though the answer is lost`,
      { kind, organization, fault: { drop: 'after', times: 2 } },
    ],
    [
      `a ${kind} sync in ${organization} runs once though the answer is a 504 that its key repeats`,
      { kind, organization, fault: { status: 504, effect: true, recorded: true } },
    ],
    [
      `a ${kind} sync in ${organization} that fails is told as failed`,
      { kind, organization, script: 'failed', outcome: 'failed' },
    ],
  ]),
);

sideBySide(Object.fromEntries(stories.map(([name, start]) => [name, () => startsOnce(start)])));
