/** Creating a sync once, on scripted answers. */
import { describe, expect, it } from '@jest/globals';
import type { CreateSyncItem } from '../../../src/contracts/composite-activities';
import { createOnce, type CreateStep } from '../../../src/executions/create-once';
import type { TryNote } from '../../../src/executions/try-note';
import { at, failure, scriptedAdapter, startOfTest, type AdapterScript } from './support/scripted-adapter';

const item: CreateSyncItem = {
  kind: 'model',
  sync: { name: 'Users to CRM', active: true },
  adopt: 'never',
  keys: ['key-0001', 'key-0002'],
  notBefore: at(0),
};
const gone = failure('Network');
const busy = failure('Unavailable');
const named = (syncId: string, ms = 500, active = true): { syncId: string; active: boolean; createdAt: string } => ({
  syncId,
  active,
  createdAt: at(ms),
});

interface Told {
  step: Exclude<CreateStep, { again: unknown }>;
  calls: string[];
}

async function drive(
  script: AdapterScript,
  { changes = {}, unanswered = false }: { changes?: Partial<CreateSyncItem>; unanswered?: boolean } = {},
): Promise<Told> {
  const { adapter, calls } = scriptedAdapter(script);
  let now = startOfTest;
  let note: TryNote | null = null;
  for (let count = 0; count < 300; count += 1) {
    const step: CreateStep = await createOnce({
      adapter,
      item: { ...item, ...changes },
      note,
      unansweredTry: unanswered && count === 0,
      now: () => now,
      onNote: () => undefined,
    });
    if (!('again' in step)) return { step, calls };
    now += step.again.delayMs;
    note = JSON.parse(JSON.stringify(step.again.note)) as TryNote;
  }
  throw new Error('not done');
}

const created = (syncId: string): object => ({ done: { action: 'created', before: { syncId } } });
const ofVerb = ({ calls }: Told, verb: string): string[] => calls.filter((call) => call.startsWith(verb));

describe('creating a sync', () => {
  it('takes one try, and reads what is true of the new sync', async () => {
    const told = await drive({ create: ['new'] });
    expect(told.step).toMatchObject(created('new'));
    expect(told.calls).toEqual(['create key-0001', 'readSync', 'list']);
  });

  it('repeats the same key while no answer comes', async () => {
    const told = await drive({ create: [gone, gone, 'new'] });
    expect(told.step).toMatchObject(created('new'));
    expect(ofVerb(told, 'create')).toEqual(Array(3).fill('create key-0001'));
  });

  it('finds by name and creation time what a 5xx hid', async () => {
    const told = await drive({ create: [busy], named: [[], [named('older', -70_000), named('new')]] });
    expect(told.step).toMatchObject(created('new'));
    expect(ofVerb(told, 'create')).toEqual(Array(2).fill('create key-0001'));
  });

  it('takes the next key when nothing new bears the name for 30 s', async () => {
    const told = await drive({ create: [busy, busy, 'new'], named: [[named('older', -70_000)]] });
    expect(told.step).toMatchObject(created('new'));
    expect(ofVerb(told, 'create').at(-1)).toBe('create key-0002');
  });

  it('takes nobody else’s sync of the name after clean refusals', async () => {
    const tooMany = failure('RateLimited', { retryAfterMs: 2_000 });
    const told = await drive({ create: [tooMany, tooMany, 'new'], named: [[named('theirs')]] });
    expect(told.step).toMatchObject(created('new'));
    expect(ofVerb(told, 'find')).toEqual([]);
  });

  it('lets the key tell which of several new syncs of the name is ours', async () => {
    const told = await drive({ create: [busy, 'b'], named: [[named('a'), named('b')]] });
    expect(told.step).toMatchObject(created('b'));
  });

  it('fails as ambiguous when several new syncs bear the name and none is known to be ours', async () => {
    const told = await drive({ create: [busy], named: [[named('a'), named('b')]] });
    expect(told.step).toMatchObject({ failed: { type: 'polytomic.Ambiguous', nonRetryable: true } });
  });

  it('creates nothing more once it is created, however long the new sync cannot be read', async () => {
    const sync = [failure('NotFound'), busy, { name: 'Users to CRM', active: true, problems: [] as [] }];
    const told = await drive({ create: ['new'], sync });
    expect(told.step).toMatchObject(created('new'));
    expect(ofVerb(told, 'create')).toHaveLength(1);
  });

  it('fails as the API refuses it', async () => {
    const told = await drive({ create: [failure('Rejected')] });
    expect(told.step).toMatchObject({ failed: { type: 'polytomic.Rejected', nonRetryable: true } });
  });
});

describe('adopting a sync by its name', () => {
  const byName = { changes: { adopt: 'byName' } } as const;
  const inactive = { name: 'Users to CRM', active: false, problems: [] as [] };
  const active = { ...inactive, active: true };

  it('uses the only one there is, and creates nothing', async () => {
    const told = await drive({ named: [[named('there', -9e9)]] }, byName);
    expect(told.step).toMatchObject({ done: { action: 'adopted', before: { syncId: 'there' } } });
    expect(told.calls).toEqual(['find Users to CRM', 'readSync', 'list']);
  });

  it('activates it where it is inactive', async () => {
    const script = { named: [[named('there', -9e9, false)]], activate: [busy, undefined], sync: [inactive, active] };
    const told = await drive(script, byName);
    expect(told.step).toMatchObject({ done: { before: { active: true } } });
    expect(ofVerb(told, 'activate')).toEqual(['activate key-0001-activate-1', 'activate key-0001-activate-2']);
  });

  it('leaves it inactive where the request says so', async () => {
    const script = { named: [[named('there', -9e9, false)]], sync: [inactive] };
    const sync = { name: 'Users to CRM', active: false };
    const told = await drive(script, { changes: { adopt: 'byName', sync } });
    expect(told.step).toMatchObject({ done: { before: { active: false } } });
    expect(ofVerb(told, 'activate')).toEqual([]);
  });

  it('is ambiguous with several of the name', async () => {
    const told = await drive({ named: [[named('a'), named('b')]] }, byName);
    expect(told.step).toMatchObject({ failed: { type: 'polytomic.Ambiguous' } });
    expect(ofVerb(told, 'create')).toEqual([]);
  });

  it('creates one where there is none, and searches before that through trouble', async () => {
    const told = await drive({ named: [busy, gone, []], create: ['new'] }, byName);
    expect(told.step).toMatchObject(created('new'));
    expect(ofVerb(told, 'find')).toHaveLength(3);
  });

  it('finds the one that a killed try created', async () => {
    const told = await drive({ named: [[named('new')]] }, { ...byName, unanswered: true });
    expect(told.step).toMatchObject({ done: { before: { syncId: 'new' } } });
    expect(ofVerb(told, 'create')).toEqual([]);
  });
});
