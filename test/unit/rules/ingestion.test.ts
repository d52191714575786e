import { describe, expect, it } from '@jest/globals';
import type { IngestionState } from '../../../src/contracts/ingestion';
import { caughtUpWithin, isIngesting } from '../../../src/rules/ingestion';

const now = Date.parse('2026-11-27T12:00:00Z');
const minute = 60_000;
const at = (agoMs: number): string => new Date(now - agoMs).toISOString();

function ingestion(some: Partial<IngestionState> = {}): IngestionState {
  return { enabled: true, isRunning: true, status: 'ok', positionTime: at(minute), ...some };
}

describe('an ingestion', () => {
  it('has caught up once its position is young enough', () => {
    expect(caughtUpWithin(ingestion(), minute, now)).toEqual({ status: 'ok', positionTime: at(minute), lagMs: minute });
    expect(caughtUpWithin(ingestion(), minute - 1, now)).toBeNull();
    expect(caughtUpWithin(ingestion({ positionTime: at(-5_000), status: 'warning' }), minute, now)).toMatchObject({
      ...{ status: 'warning', lagMs: 0 },
    });
  });

  it.each<[string, Partial<IngestionState> | null]>([
    ['there is none', null],
    ['it is off', { enabled: false }],
    ['it does not run', { isRunning: false }],
    ['it fails', { status: 'error' }],
    ['its status is new', { status: 'paused' }],
    ['no status is told', { status: null }],
    ['no position is told', { positionTime: null }],
  ])('has not been proved to have caught up where %s', (_why, some) => {
    expect(caughtUpWithin(some && ingestion(some), minute, now)).toBeNull();
  });

  it('may be told of in part', () => {
    expect(caughtUpWithin(ingestion({ enabled: null, isRunning: null }), minute, now)).not.toBeNull();
    expect([null, ingestion({ enabled: false }), ingestion({ enabled: null })].map(isIngesting)).toEqual([
      false,
      false,
      true,
    ]);
  });
});
