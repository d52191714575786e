import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SetHolder, SetMessage, SetRecord } from '../../../../src/contracts/provision-record';
import { checkSetMessage } from '../../../../src/rules/provision/check-set-message';
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
const intent = (at: string) => ({ kind: 'models' as const, name: 'm', type: null, at, namesakes: [] });

const message: fc.Arbitrary<SetMessage> = fc
  .constantFrom('a', 'b')
  .chain((token) =>
    fc.oneof(
      fc.constantFrom<SetMessage>(
        { type: 'acquire', holder: holder(token) },
        { type: 'acquire', holder: holder(token), over: { token: token === 'a' ? 'b' : 'a', until: '2' } },
        { type: 'release', token, outcome: { token, result: null, failure: null }, at: '3' },
        { type: 'own', token, address: 'models.x', object: object('1') },
        { type: 'own', token, address: 'models.x', object: { ...object('2'), retired: ['1'] } },
        { type: 'forget', token, address: 'models.x', id: '1' },
        { type: 'forget', token, address: 'models.x', id: null },
        { type: 'settleIntents', token, owned: {}, dropped: ['models.x'] },
        { type: 'intend', token, intents: { 'models.x': intent('1') } },
        { type: 'giveUp', token, objects: { 'models.x': '1' }, known: true },
        { type: 'giveUp', token, objects: { 'models.x': '2' }, known: false },
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
    expect(
      changeRecord(held, { type: 'acquire', holder: holder('b'), over: { token: 'a', until: null } }).answer.state,
    ).toBe('ok');
    expect(
      changeRecord(held, { type: 'acquire', holder: holder('b'), over: { token: 'c', until: null } }).answer.state,
    ).toBe('busy');
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

  const held: SetMessage = { type: 'acquire', holder: holder('a') };
  const own = (id: string, ...retired: string[]): SetMessage => ({
    type: 'own',
    token: 'a',
    address: 'models.x',
    object: { ...object(id), ...(retired.length > 0 && { retired }) },
  });
  const forget = (id: string | null): SetMessage => ({ type: 'forget', token: 'a', address: 'models.x', id });

  it('stays taken over however often it is acquired, as the last write of the lost run may be under way', () => {
    const over = { token: 'a', until: null };
    const again: SetMessage[] = [
      held,
      { type: 'acquire', holder: holder('b'), over },
      { type: 'acquire', holder: holder('b') },
    ];
    expect(after(again).holder?.takenOver).toBe(true);
    expect(after([held, held]).holder?.takenOver).toBeUndefined();
  });

  it('closes intents when their run has ended, so that what others create later is none of theirs', () => {
    const open: SetMessage[] = [held, { type: 'intend', token: 'a', intents: { 'models.x': intent('1') } }];
    const over = { token: 'a', until: '5' };
    expect(after([...open, { type: 'acquire', holder: holder('b'), over }]).intents['models.x']?.until).toBe('5');
    const outcome = { token: 'a', result: null, failure: null };
    const released = [...open, { type: 'release', token: 'a', outcome, at: '7' } as const];
    expect(after(released).intents['models.x']?.until).toBe('7');
    const later: SetMessage[] = [held, { type: 'release', token: 'a', outcome, at: '9' }];
    expect(after([...released, ...later]).intents['models.x']?.until).toBe('7');
  });

  it('drops the intents of creates that came to nothing, so that what others create next is theirs', () => {
    const outcome = { token: 'a', result: null, failure: null };
    const intents = { 'models.x': intent('1'), 'models.y': intent('1') };
    const messages: SetMessage[] = [
      held,
      { type: 'intend', token: 'a', intents },
      { type: 'release', token: 'a', outcome, at: '7', unmade: ['models.x'] },
    ];
    expect(Object.keys(after(messages).intents)).toEqual(['models.y']);
  });

  it('says to every later holder when somebody was lost last whose write may still take effect', () => {
    const [earlier, later] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:01:00.000Z'];
    const over = { token: 'a', until: null, lostAt: later };
    const takenOver: SetMessage[] = [held, { type: 'acquire', holder: holder('b'), over }];
    const release = (token: string, lostAt?: string): SetMessage => {
      const outcome = { token, result: null, failure: null };
      return { type: 'release', token, outcome, at: later, ...(lostAt !== undefined && { lostAt }) };
    };
    const next: SetMessage = { type: 'acquire', holder: holder('c') };
    const answerTo = (messages: SetMessage[]) => changeRecord(after(messages), next).answer;
    expect(answerTo([...takenOver, release('b')])).toMatchObject({ state: 'ok', record: { lostAt: later } });
    expect(answerTo([...takenOver, release('b', earlier)])).toMatchObject({ record: { lostAt: later } });
    expect(answerTo([held, release('a', earlier)])).toMatchObject({ record: { lostAt: earlier } });
    expect(after([held, release('a')]).lostAt).toBeUndefined();
    const anew: SetMessage = { type: 'acquire', holder: holder('a'), recordLostAt: earlier };
    expect(answerTo([anew, release('a')])).toMatchObject({ record: { lostAt: earlier } });
  });

  it('keeps the intent of a replacement although the old object is gone', () => {
    const intend: SetMessage = { type: 'intend', token: 'a', intents: { 'models.x': intent('1') } };
    const gone = after([held, own('1'), intend, forget('1')]);
    expect([Object.keys(gone.objects), Object.keys(gone.intents)]).toEqual([[], ['models.x']]);
    expect(after([held, own('1'), intend, forget('1'), forget(null)]).intents).toEqual({});
  });

  it('knows what was replaced until it is forgotten, and keeps the old object where the new one is gone', () => {
    expect(after([held, own('1'), own('2', '1'), own('3', '2'), own('3')]).objects['models.x']?.retired).toEqual([
      '1',
      '2',
    ]);
    expect(after([held, own('2', '1'), forget('1')]).objects['models.x']).toEqual(object('2'));
    expect(after([held, own('2', '1'), forget('2')]).objects['models.x']?.id).toBe('1');
    expect(after([held, own('1'), forget(null)]).objects['models.x']).toEqual(object('1'));
    expect(after([held, own('1'), forget('1')]).objects).toEqual({});
  });

  it('answers with what a message is about, as each answer stays in its history', () => {
    const record = after([
      held,
      ...['a', 'b'].map((name): SetMessage => ({ ...own(name), address: `models.${name}` }) as SetMessage),
    ]);
    const { answer } = changeRecord(record, { type: 'intend', token: 'a', intents: { 'models.a': intent('1') } });
    expect(answer).toMatchObject({ state: 'ok', record: { objects: { 'models.a': { id: 'a' } } } });
    expect(JSON.stringify(answer)).not.toContain('models.b');
  });

  it('claims what is its own and what still has to be deleted, in one order', () => {
    const objects = { 'models.b': { ...object('3'), retired: ['1'] }, 'models.a': object('2') };
    expect(claimedIds({ objects })).toEqual(['1', '2', '3']);
  });

  it('claims nothing of what a destroy left, and knows it until it is ours again', () => {
    const giveUp = (known: boolean): SetMessage => ({
      ...{ type: 'giveUp', token: 'a', known },
      objects: { 'models.x': '1', 'models.unknown': '2' },
    });
    const left = after([held, own('1'), giveUp(true)]);
    expect(left.objects['models.x']).toEqual({ ...object('1'), left: true });
    expect(claimedIds(left)).toEqual([]);
    expect(claimedIds(after([held, own('1'), giveUp(true), own('1')]))).toEqual(['1']);
    expect(after([held, own('1'), giveUp(false)]).objects).toEqual({});
    expect(claimedIds(after([held, own('3'), giveUp(true)]))).toEqual(['3']);
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

describe('a message to the record', () => {
  it('is taken in every form that a run sends', () => {
    fc.assert(fc.property(message, (one) => expect(() => checkSetMessage(one)).not.toThrow()));
    const activated: SetMessage = { type: 'activated', token: 'a', addresses: ['models.x'] };
    expect(() => checkSetMessage(activated)).not.toThrow();
  });

  it('may hold fields that only a newer worker knows', () => {
    const newer = { type: 'forget', token: 'a', address: 'models.x', id: null, because: 'of it' };
    expect(() => checkSetMessage(newer)).not.toThrow();
  });

  it.each([
    null,
    5,
    {},
    [],
    { type: 'constructor' },
    { type: 'acquire' },
    { type: 'acquire', holder: { token: 'a' } },
    { type: 'own', token: 'a', address: 'models.x', object: { id: 1 } },
    { type: 'own', token: 'a', address: 'models.x', object: { ...object('1'), retired: 7 } },
    { type: 'intend', token: 'a', intents: null },
    { type: 'move', token: 'a', moves: [null] },
    { type: 'forget', address: 'models.x', id: null },
    { type: 'release', token: 'a', outcome: { token: 'a', result: null, failure: { type: 't', message: 5 } }, at: '3' },
  ])('is refused as %j', (wrong) => {
    expect(() => checkSetMessage(wrong)).toThrow(/^change: /);
  });
});
