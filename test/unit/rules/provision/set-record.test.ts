import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SetHolder, SetMessage, SetRecord } from '../../../../src/contracts/provision-record';
import { changeRecord, claimedIds, moved, newSetRecord } from '../../../../src/rules/provision/set-record';

const holder = (token: string): SetHolder => ({
  token,
  workflowId: `w-${token}`,
  runId: 'r',
  specHash: 'h',
  mode: 'apply',
  since: '2026-01-01T00:00:00Z',
});
const object = (id: string) => ({
  kind: 'models' as const,
  id,
  name: id,
  origin: 'created' as const,
  specHash: '',
  secretVersions: {},
});
const intent = (at: string) => ({ kind: 'models' as const, name: 'm', at, namesakes: [] });

const message: fc.Arbitrary<SetMessage> = fc
  .constantFrom('a', 'b')
  .chain((token) =>
    fc.oneof(
      fc.constantFrom<SetMessage>(
        { type: 'acquire', holder: holder(token) },
        { type: 'acquire', holder: holder(token), over: token === 'a' ? 'b' : 'a' },
        { type: 'release', token, outcome: { token, result: null, failure: null } },
        { type: 'own', token, address: 'models.x', object: object('1') },
        { type: 'disown', token, address: 'models.x' },
        { type: 'dropIntent', token, address: 'models.x' },
        { type: 'intend', token, intents: { 'models.x': intent('1') } },
        { type: 'move', token, moves: [{ from: 'models.x', to: 'models.y' }] },
      ),
    ),
  );
const after = (messages: readonly SetMessage[]): SetRecord =>
  messages.reduce((record, one) => changeRecord(record, one).record, newSetRecord('o', 's'));

describe('the record of a set', () => {
  it('lets one holder in, and another only over one that was seen to have ended', () => {
    const held = after([{ type: 'acquire', holder: holder('a') }]);
    expect(changeRecord(held, { type: 'acquire', holder: holder('b') }).answer).toMatchObject({
      state: 'busy',
      holder: { token: 'a' },
    });
    expect(changeRecord(held, { type: 'acquire', holder: holder('b'), over: 'a' }).answer.state).toBe('ok');
    expect(changeRecord(held, { type: 'acquire', holder: holder('b'), over: 'c' }).answer.state).toBe('busy');
  });

  it('takes the same message twice as once', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
        const twice = messages.flatMap((one) => [one, one]);
        const strip = ({ version: _version, ...record }: SetRecord): unknown => record;
        expect(strip(after(twice))).toEqual(strip(after(messages)));
      }),
    );
  });

  it('is changed by nobody but the holder', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), message, (messages, one) => {
        const record = after(messages);
        if (one.type === 'acquire' || one.token === record.holder?.token) return;
        expect(changeRecord(record, one).record).toBe(record);
      }),
    );
  });

  it('keeps the oldest intent, and drops it once the object is known', () => {
    const begun: SetMessage[] = [
      { type: 'acquire', holder: holder('a') },
      { type: 'intend', token: 'a', intents: { 'models.x': intent('1') } },
    ];
    expect(
      after([...begun, { type: 'intend', token: 'a', intents: { 'models.x': intent('2') } }]).intents['models.x']?.at,
    ).toBe('1');
    expect(after([...begun, { type: 'own', token: 'a', address: 'models.x', object: object('1') }]).intents).toEqual(
      {},
    );
  });

  it('claims what is its own and what still has to be deleted, in one order', () => {
    const objects = { 'models.b': { ...object('3'), retired: ['1'] }, 'models.a': object('2') };
    expect(claimedIds({ objects })).toEqual(['1', '2', '3']);
  });

  it('moves what is there to a name that is free', () => {
    const record = { objects: { 'models.a': object('1'), 'models.b': object('2') }, intents: {} };
    expect(Object.keys(moved(record, [{ from: 'models.a', to: 'models.c' }]).objects)).toEqual([
      'models.b',
      'models.c',
    ]);
    expect(moved(record, [{ from: 'models.a', to: 'models.b' }]).objects).toEqual(record.objects);
  });
});
