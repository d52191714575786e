/** The apply machine under every order of answers, losses, failures and cancellation. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AppliedItem } from '../../../../src/contracts/provision-activities';
import type { PlannedObject } from '../../../../src/contracts/provision-plan';
import type { ProvisionKind, ProvisionObject } from '../../../../src/contracts/provision-spec';
import { applyEvent, type ApplyEvent } from '../../../../src/rules/provision/apply-event';
import { failureDetails, resourcesOf } from '../../../../src/rules/provision/apply-result';
import { hasSucceeded, newApplyState, type ApplyState } from '../../../../src/rules/provision/apply-state';
import { stepApply, type ApplyCommand } from '../../../../src/rules/provision/apply-step';

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
        return {
          type: 'activated',
          addresses: command.addresses,
          failure: null,
          results:
            this.#choose(3) === 0
              ? null
              : Object.fromEntries(command.addresses.map((address) => [address, { state: 'done', changed: true }])),
        };
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

  #apply(state: ApplyState, addresses: string[]): ApplyEvent {
    this.applied += addresses.length;
    const isLost = this.#choose(6) === 5;
    const results = addresses.map((address): AppliedItem => {
      const { id, after } = state.entries[address] ?? { id: null, after: [] };
      for (const name of after) expect(state.entries[name]?.status).toBe('done');
      const choice = this.#choose(8);
      const failure = { type: 'polytomic.Unavailable' as const, message: 'no', nonRetryable: false };
      if (choice === 6) return { state: 'again', note: null, delayMs: 50, failure, id };
      if (choice === 7 && !isLost)
        return { state: 'failed', failure: { ...failure, nonRetryable: true }, id, created: false, mayExist: false };
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
