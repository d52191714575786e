/** The apply machine under every order of answers, losses, failures and cancellation. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ActivatedSyncs, AppliedItem } from '../../../../src/contracts/provision-activities';
import type { PlannedObject } from '../../../../src/contracts/provision-plan';
import type { ProvisionKind, ProvisionObject } from '../../../../src/contracts/provision-spec';
import { applyEvent, type ApplyEvent } from '../../../../src/rules/provision/apply-event';
import { failureDetails, failureMessage, resourcesOf } from '../../../../src/rules/provision/apply-result';
import {
  hasSucceeded,
  lastLoss,
  lastWriteMs,
  neverMade,
  newApplyState,
  type ApplyState,
} from '../../../../src/rules/provision/apply-state';
import { newDeletion } from '../../../../src/rules/provision/deletions';
import { isHistoryFull } from '../../../../src/rules/provision/history-limit';
import { stepApply, type ApplyCommand } from '../../../../src/rules/provision/apply-step';
import { driveApply } from '../../../../src/workflows/provision/drive-apply';

const object = (address: string, after: string[] = []): ProvisionObject => {
  const kind = address.split('.')[0] as ProvisionKind;
  return {
    address,
    kind,
    name: address,
    body: {},
    after,
    pin: null,
    protect: false,
    adopt: 'never',
    replace: false,
    active: null,
    run: false,
    errorHandling: null,
    schemas: null,
    secretVersions: {},
  };
};
const objects = [
  object('connections.a'),
  object('connections.b'),
  object('models.m', ['connections.a']),
  object('modelSyncs.s', ['models.m', 'connections.b']),
  object('bulkSyncs.l', ['connections.a', 'connections.b']),
];
const created = (address: string): PlannedObject => ({
  change: {
    address,
    kind: address.split('.')[0] as ProvisionKind,
    name: address,
    id: null,
    action: 'create',
    fields: [],
    fieldCount: 0,
    reason: null,
    failure: null,
    problems: [],
    waits: [],
    loses: [],
  },
  fingerprint: null,
  seen: null,
  namesakes: [],
  origin: 'created',
  rotates: false,
  changedBy: null,
});
const planned = Object.fromEntries(objects.map(({ address }) => [address, created(address)]));
const begin = (rollback: boolean, maxConcurrent: number): ApplyState =>
  newApplyState({ objects, planned, owned: {}, dropped: [], rollback, maxConcurrent });

/** A world that does what it is told, badly: the judge of what exists. */
class World {
  readonly existing = new Map<string, string>();
  now = 0;
  applied = 0;

  constructor(readonly choices: number[]) {}

  #choose(most: number): number {
    return (this.choices.shift() ?? 1) % most;
  }

  answer(state: ApplyState, command: ApplyCommand): ApplyEvent {
    this.now += 1 + this.#choose(3) * 700;
    switch (command.type) {
      case 'apply':
        return this.#apply(state, command.addresses);
      case 'await':
        return {
          type: 'awaited',
          addresses: command.addresses,
          failure: null,
          results: Object.fromEntries(
            command.addresses.filter(() => this.#choose(3) > 0).map((address) => [address, { state: 'ready' }]),
          ),
        };
      case 'activate':
        return this.#activate(command);
      case 'run':
        return {
          type: 'ran',
          address: command.address,
          result: { executionId: 'e', outcome: 'completed' },
          failure: null,
        };
      case 'delete': {
        const isLost = this.#choose(4) === 0;
        const results = Object.fromEntries(
          command.keys.map((address) => {
            expect(
              [...this.existing.keys()].some((other) =>
                objects.find((one) => one.address === other)?.after.includes(address),
              ),
            ).toBe(false);
            const id = this.existing.get(address) ?? null;
            this.existing.delete(address);
            return [address, id === null ? { state: 'absent' as const, id } : { state: 'deleted' as const, id }];
          }),
        );
        return { type: 'deleted', keys: command.keys, results: isLost ? null : results };
      }
    }
  }

  #activate({ addresses, readOnly }: Extract<ApplyCommand, { type: 'activate' }>): ApplyEvent {
    const result = readOnly ? ({ state: 'ready' } as const) : ({ state: 'done', changed: true } as const);
    const results = Object.fromEntries(addresses.map((address) => [address, result]));
    return { type: 'activated', addresses, failure: null, results: this.#choose(3) === 0 ? null : results };
  }

  #apply(state: ApplyState, addresses: string[]): ApplyEvent {
    this.applied += addresses.length;
    const isLost = this.#choose(6) === 5;
    const results = addresses.map((address): AppliedItem => {
      const { id, after } = state.entries[address] ?? { id: null, after: [] };
      for (const name of after) expect(state.entries[name]?.status).toBe('done');
      const choice = this.#choose(8);
      const failure = { type: 'polytomic.Unavailable' as const, message: 'no', nonRetryable: false };
      const mayExist = id === null && this.existing.has(address);
      if (choice === 6) return { state: 'again', note: null, delayMs: 50, failure, id, mayExist };
      if (choice === 7 && !isLost)
        return { state: 'failed', failure: { ...failure, nonRetryable: true }, id, created: false, mayExist };
      // A create after a lost answer finds what the first one made.
      const made = this.existing.get(address) ?? `id-${address}`;
      this.existing.set(address, made);
      return { state: 'done', id: made, created: true, wrote: true, needsConsent: false, firstRun: null };
    });
    return { type: 'applied', addresses, results: isLost ? null : results };
  }
}

/** Drives it to its end; `cancelAt` counts events. */
function drive(start: ApplyState, choices: number[], cancelAt: number | null): { state: ApplyState; world: World } {
  const world = new World([...choices]);
  let state = start;
  const waiting: ApplyCommand[] = [];
  for (let events = 0; events < 2_000; events++) {
    const step = stepApply(state, world.now);
    expect(stepApply(step.state, world.now).commands).toEqual([]);
    state = step.state;
    waiting.push(...step.commands);
    if (state.phase === 'ended') return { state, world };
    if (events === cancelAt) state = applyEvent(state, { type: 'stop', why: 'cancelled' }, world.now);
    const next = waiting.splice(
      choices.length > 0 ? (choices[events % choices.length] ?? 0) % Math.max(1, waiting.length) : 0,
      1,
    )[0];
    if (next) state = applyEvent(state, world.answer(state, next), world.now);
    else if (step.wakeAt !== null) world.now = Math.max(step.wakeAt, world.now + 1);
    else if (events !== cancelAt) throw new Error(`nothing is under way and nothing will wake it: ${state.phase}`);
  }
  throw new Error('it did not end');
}

const anyChoices = fc.array(fc.nat({ max: 1_000 }), { maxLength: 120 });

describe('an apply', () => {
  it('makes everything, in order, when all goes well', () => {
    const { state, world } = drive(begin(true, 10), [], null);
    expect(hasSucceeded(state)).toBe(true);
    expect(world.existing.size).toBe(5);
    expect(Object.values(resourcesOf(state)).map(({ action }) => action)).toEqual(Array(5).fill('created'));
  });

  it('ends with everything or, undone, with nothing, whatever is lost, refused or cancelled', () => {
    fc.assert(
      fc.property(
        anyChoices,
        fc.integer({ min: 1, max: 10 }),
        fc.option(fc.nat({ max: 40 })),
        (choices, limit, cancelAt) => {
          const { state, world } = drive(begin(true, limit), choices, cancelAt);
          if (hasSucceeded(state)) expect(world.existing.size).toBe(5);
          else {
            expect([...world.existing.keys()]).toEqual([]);
            expect(failureDetails(state, { organization: 'o', set: 's' }).left).toEqual([]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('looks for nothing to undo of a create that was refused: what others made under its name is theirs', () => {
    const failure = { type: 'polytomic.Rejected' as const, message: 'name is taken', nonRetryable: true };
    const ending = (address: string, result: AppliedItem | null): ApplyState => {
      const sent = stepApply(begin(true, 10), 0).state;
      const results = result && [result];
      const cancelled = applyEvent(applyEvent(sent, { type: 'applied', addresses: [address], results }, 1), stop, 1);
      const others = Object.keys(cancelled.entries).filter((one) => cancelled.entries[one]?.status === 'applying');
      const ended = others.map((): AppliedItem => ({ ...again, mayExist: false }));
      return stepApply(applyEvent(cancelled, { type: 'applied', addresses: others, results: ended }, 2), 2).state;
    };
    const stop = { type: 'stop', why: 'cancelled' } as const;
    const again = { state: 'again', note: null, delayMs: 50, failure, id: null } as const;
    const refused: AppliedItem = { state: 'failed', failure, id: null, created: false, mayExist: false };
    for (const result of [refused, { ...again, mayExist: false }]) {
      const state = ending('connections.a', result);
      expect([state.phase, state.undo]).toEqual(['ended', []]);
      expect(neverMade(state)).toContain('connections.a');
    }
    for (const result of [null, again, { ...refused, mayExist: true }]) {
      const state = ending('connections.a', result);
      expect(state.undo).toMatchObject([{ address: 'connections.a', id: null }]);
      expect(neverMade(state)).not.toContain('connections.a');
    }
  });

  it('waits for each connection until its own deadline, though another has been waited for much longer', () => {
    const done = { state: 'done', id: '1', created: true, wrote: true, needsConsent: false, firstRun: null } as const;
    const applied = (address: string): ApplyEvent => ({ type: 'applied', addresses: [address], results: [done] });
    const first = stepApply(applyEvent(stepApply(begin(true, 10), 0).state, applied('connections.a'), 1), 1);
    expect(first.commands).toEqual([{ type: 'await', addresses: ['connections.a'] }]);
    const [a, b] = ['connections.a', 'connections.b'];
    const again = applyEvent(first.state, { type: 'awaited', addresses: [a], results: {}, failure: null }, 1_740_000);
    expect(stepApply(applyEvent(again, applied(b), 1_740_000), 1_740_000).commands).toEqual([
      { type: 'await', addresses: [a] },
      { type: 'await', addresses: [b] },
    ]);
  });

  it('names the old object of a replacement that something outside uses, with its users', () => {
    const state = begin(true, 10);
    const [a, m] = [state.entries['connections.a'], state.entries['models.m']];
    for (const [entry, id] of [
      [a, 'new-a'],
      [m, 'new-m'],
    ] as const)
      if (entry) Object.assign(entry, { status: 'done', id, created: true });
    const old = { kind: 'connections', name: 'connections.a', address: 'connections.a', replaced: true } as const;
    const reason = 'is in use by model "Theirs" (t)';
    const deletions = [
      { ...newDeletion({ ...old, id: 'old' }), status: 'left' as const, reason },
      { ...newDeletion({ ...old, id: 'older' }), status: 'deleted' as const },
    ];
    const resources = resourcesOf({ ...state, deletions });
    expect(resources['connections.a']).toEqual({
      ...{ id: 'new-a', action: 'created', replaced: 'older', left: [{ id: 'old', reason }] },
    });
    expect(resources['models.m']).toEqual({ id: 'new-m', action: 'created' });
  });

  it('gives one activity ten deletions at least, and a second one only where more may be deleted at once', () => {
    const names = Array.from({ length: 30 }, (_, at) => `connections.c${at}`);
    const deleting = (maxConcurrent: number): ApplyState => ({
      ...{ ...begin(true, maxConcurrent), entries: {}, phase: 'deleting' as const },
      deletions: names.map((name) => newDeletion({ address: name, kind: 'connections', name, id: name })),
    });
    const sent = (maxConcurrent: number): number[] => {
      const first = stepApply(deleting(maxConcurrent), 0);
      const [one] = first.state.deletions;
      const left = first.state.deletions.map((it) => (it === one ? { ...it, status: 'deleted' as const } : it));
      const second = stepApply({ ...first.state, deletions: left }, 1);
      return [first, second].flatMap(({ commands }) =>
        commands.map((it) => (it.type === 'delete' ? it.keys.length : 0)),
      );
    };
    expect([sent(1), sent(20)]).toEqual([[10], [20, 1]]);
  });

  it('tries an activation less and less often, so that an outage of a day fills no history', () => {
    const address = 'modelSyncs.s';
    let state = begin(true, 10);
    const failure = { type: 'polytomic.Unavailable' as const, message: 'no', nonRetryable: false };
    let [now, tries] = [0, 0];
    for (; now < 86_400_000; tries++) {
      state = applyEvent(state, { type: 'activated', addresses: [address], results: null, failure }, now);
      now = state.entries[address]?.wakeAt ?? Infinity;
    }
    expect(tries).toBeLessThan(400);
  });

  it('looks for a create of a lost worker once it must have arrived, though the next try made nothing', () => {
    const address = 'connections.a';
    const lost = applyEvent(
      stepApply(begin(true, 10), 0).state,
      { type: 'applied', addresses: [address], results: null },
      7,
    );
    const retried = stepApply(lost, 2_000).state;
    const failure = { type: 'polytomic.Unavailable', message: 'no', nonRetryable: false } as const;
    const again: AppliedItem = { state: 'again', note: null, delayMs: 1_000, failure, id: null, mayExist: true };
    const answered = applyEvent(retried, { type: 'applied', addresses: [address], results: [again] }, 3_000);
    expect(lastLoss(answered)).toBe(7);
    const others = Object.values(answered.entries).filter(({ status }) => status === 'applying');
    const refused: ApplyEvent = { type: 'refused', addresses: others.map((one) => one.address), failure };
    const undoing = stepApply(applyEvent(answered, refused, 4_000), 4_000);
    expect([undoing.state.phase, undoing.commands, undoing.wakeAt]).toEqual(['undoing', [], 4_000 + lastWriteMs]);
  });

  describe('more syncs than one activity takes', () => {
    const syncs = Array.from({ length: 120 }, (_, at) => object(`bulkSyncs.b${at}`));
    const inactive = (): ApplyState => {
      const plans = syncs.map(({ address }) => {
        const plan = created(address);
        const change = { ...plan.change, id: address, action: 'update' as const };
        return [address, { ...plan, change, active: true }] as const;
      });
      const state = newApplyState({
        ...{ objects: syncs, owned: {}, dropped: [], rollback: true, maxConcurrent: 10 },
        planned: Object.fromEntries(plans),
      });
      for (const entry of Object.values(state.entries)) entry.status = 'done';
      return { ...state, phase: 'activating' };
    };
    /** Answers every command, and says what they were. */
    const activateAll = (answer: (address: string, readOnly: boolean) => ActivatedSyncs[string]) => {
      const sent: [boolean, number][] = [];
      for (let state = inactive(), now = 0; ;) {
        const step = stepApply(state, now);
        state = step.state;
        const [command] = step.commands;
        if (command?.type !== 'activate') return { state, sent };
        const { addresses, readOnly } = command;
        sent.push([readOnly, addresses.length]);
        const results = Object.fromEntries(addresses.map((address) => [address, answer(address, readOnly)]));
        state = applyEvent(state, { type: 'activated', addresses, results, failure: null }, ++now);
      }
    };

    it('are all read before any of them is activated', () => {
      const { state, sent } = activateAll((_, readOnly) =>
        readOnly ? { state: 'ready' } : { state: 'done', changed: true },
      );
      expect(sent).toEqual([
        ...[50, 50, 20].map((length) => [true, length]),
        ...[50, 50, 20].map((length) => [false, length]),
      ]);
      expect(hasSucceeded(state)).toBe(true);
    });

    it('are not activated where the last of them has problems', () => {
      const failure = { type: 'polytomic.SyncHasProblems', message: 'problems', nonRetryable: true } as const;
      const { state, sent } = activateAll((address) =>
        address === 'bulkSyncs.b119' ? { state: 'failed', failure } : { state: 'ready' },
      );
      expect(sent.map(([readOnly]) => readOnly)).toEqual([true, true, true]);
      expect([state.phase, hasSucceeded(state)]).toEqual(['ended', false]);
    });
  });

  it('activates none of a few while one of them waits for another try', () => {
    const pair = [object('bulkSyncs.a'), object('bulkSyncs.b')];
    const state = newApplyState({
      ...{ objects: pair, owned: {}, dropped: [], rollback: true, maxConcurrent: 10 },
      planned: Object.fromEntries(pair.map(({ address }) => [address, created(address)])),
    });
    for (const entry of Object.values(state.entries)) entry.status = 'done';
    const sent = stepApply({ ...state, phase: 'activating' }, 0).state;
    const addresses = pair.map(({ address }) => address);
    const failure = { type: 'polytomic.Unavailable', message: '503', nonRetryable: false } as const;
    const results: ActivatedSyncs = { 'bulkSyncs.a': { state: 'ready' }, 'bulkSyncs.b': { state: 'failed', failure } };
    const waiting = stepApply(applyEvent(sent, { type: 'activated', addresses, results, failure: null }, 1), 1);
    expect(waiting.commands).toEqual([]);
    const later = stepApply(waiting.state, waiting.wakeAt ?? 0);
    expect(later.commands).toEqual([{ type: 'activate', addresses, readOnly: false }]);
  });

  describe('a worker that was lost', () => {
    const taken = (begun: ApplyState, address: string): ApplyState => {
      const lost: ApplyEvent = { type: 'applied', addresses: [address], results: null };
      return applyEvent(stepApply(begun, 0).state, lost, 7);
    };
    const done = { state: 'done', id: '1', created: true, wrote: true, needsConsent: false, firstRun: null } as const;
    const answered = (state: ApplyState, address: string): ApplyState =>
      applyEvent(state, { type: 'applied', addresses: [address], results: [done] }, 8);
    const sync = object('bulkSyncs.l');
    const updating = (): ApplyState => {
      const plan = created(sync.address);
      const change = { ...plan.change, id: '1', action: 'update' as const };
      return newApplyState({
        ...{ objects: [sync], owned: {}, dropped: [], rollback: true, maxConcurrent: 10 },
        planned: { [sync.address]: { ...plan, change, active: true } },
      });
    };

    it('counts while its create is unanswered', () => {
      const lost = taken(begin(true, 10), 'connections.a');
      expect(lastLoss(lost)).toBe(7);
      expect(lastLoss(answered(lost, 'connections.a'))).toBeNull();
    });

    it('counts to the end where it overwrites, as its write may arrive after the retry', () => {
      const lost = taken(updating(), sync.address);
      const after = answered(lost, sync.address);
      expect(lastLoss(after)).toBe(7);
      const unready = { type: 'polytomic.Unavailable', message: '503', nonRetryable: false } as const;
      const again: AppliedItem = { state: 'again', note: null, delayMs: 1, failure: unready, id: '1' };
      expect(lastLoss(applyEvent(lost, { type: 'applied', addresses: [sync.address], results: [again] }, 8))).toBe(7);
    });

    it('may still write that a sync is inactive, so that activating waits for the end of that', () => {
      const after = answered(taken(updating(), sync.address), sync.address);
      const early = stepApply(after, 9);
      expect([early.state.phase, early.commands, early.wakeAt]).toEqual(['activating', [], 7 + lastWriteMs]);
      const { commands } = stepApply(early.state, 7 + lastWriteMs);
      expect(commands).toEqual([{ type: 'activate', addresses: [sync.address], readOnly: false }]);
    });

    it('is remembered when the activation that it sent is answered to another one', () => {
      const after = answered(stepApply(updating(), 0).state, sync.address);
      const addresses = [sync.address];
      const sent = stepApply(after, 9).state;
      const lost = applyEvent(sent, { type: 'activated', addresses, results: null, failure: null }, 20);
      const ok = { [sync.address]: { state: 'done', changed: true } } as const;
      const ended = applyEvent(lost, { type: 'activated', addresses, results: ok, failure: null }, 30);
      expect(lastLoss(ended)).toBe(20);
    });
  });

  it('stops when its history takes no more, and leaves what it made to the next one', async () => {
    const world = new World([]);
    const commands: string[] = [];
    const ended = await driveApply(
      {
        now: () => world.now,
        carryOut: (state, command) => {
          commands.push(command.type);
          return { events: [Promise.resolve(world.answer(state, command))], abandon: () => undefined };
        },
        until: async () => undefined,
        onCancel: () => undefined,
        onState: () => undefined,
        isFull: () => isHistoryFull({ historyLength: 20_000 * world.existing.size, historySize: 0 }),
      },
      begin(true, 1),
      Number.MAX_SAFE_INTEGER,
    );
    expect([...world.existing.keys()]).toEqual(['connections.a', 'connections.b']);
    expect(commands).not.toContain('delete');
    expect(hasSucceeded(ended)).toBe(false);
    const failure = failureDetails(ended, { organization: 'o', set: 's' });
    expect(failure.made.map(({ address }) => address)).toEqual([...world.existing.keys()]);
    expect([failure.undone, failure.left]).toEqual([[], []]);
    expect(failureMessage(failure, ended.stopping)).toContain('its history takes no more; apply again');
  });

  it('has a full history at 40,000 events or 40 MB', () => {
    expect(isHistoryFull({ historyLength: 39_999, historySize: 39_999_999 })).toBe(false);
    expect(isHistoryFull({ historyLength: 40_000, historySize: 0 })).toBe(true);
    expect(isHistoryFull({ historyLength: 0, historySize: 40_000_000 })).toBe(true);
  });

  it('without rollback leaves what it made, and goes on with what does not depend on a failure', () => {
    fc.assert(
      fc.property(anyChoices, (choices) => {
        const { state, world } = drive(begin(false, 10), choices, null);
        for (const entry of Object.values(state.entries)) {
          if (entry.status === 'skipped')
            expect(entry.after.some((name) => ['failed', 'skipped'].includes(state.entries[name]?.status ?? ''))).toBe(
              true,
            );
          if (entry.status === 'done') expect(world.existing.get(entry.address)).toBe(entry.id);
        }
      }),
      { numRuns: 300 },
    );
  });
});
