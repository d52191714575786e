import { describe, expect, it } from '@jest/globals';
import { createWorkerLog, type WorkerLogOptions } from '../../../src/hosting/worker-log';

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function logged(options: Omit<WorkerLogOptions, 'print'>, level: 'DEBUG' | 'INFO' | 'WARN', meta?: object): string[] {
  const lines: string[] = [];
  createWorkerLog({ print: (line) => lines.push(line), ...options }).log(level, 'said', { ...meta });
  return lines;
}

describe('the log of a worker', () => {
  it('has a time, a level, a message and what else is worth reading in a line', () => {
    const [line = ''] = logged({}, 'INFO', { sdkComponent: 'activity', taskToken: 'x', syncId: 's' });
    const [at = '', ...rest] = line.split(' ');
    expect(at).toMatch(time);
    expect(rest.join(' ')).toBe('INFO said {"syncId":"s"}');
  });

  it('is one object a line where JSON is asked for', () => {
    const [line = ''] = logged({ logFormat: 'json' }, 'WARN', { syncId: 's', error: new Error('gone') });
    expect(JSON.parse(line)).toEqual({
      time: expect.stringMatching(time),
      level: 'warn',
      message: 'said',
      syncId: 's',
      error: 'gone',
    });
  });

  it.each(['text', 'json'] as const)('shows texts of others on their own line, as %s', (logFormat) => {
    const hostile = 'Prod\n2026-11-27T00:00:00.000Z INFO forged \u001b[2J \u009b2J \u202e gnp';
    const lines: string[] = [];
    const log = createWorkerLog({ print: (line) => lines.push(line), logFormat });
    log.log('WARN', hostile, { name: hostile });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(lines[0]).toContain('\\u202e gnp');
    if (logFormat === 'json') expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: hostile, name: hostile });
  });

  it.each([
    [{ logLevel: 'warn' }, 'INFO', {}, 0],
    [{ logLevel: 'warn' }, 'WARN', {}, 1],
    [{}, 'DEBUG', {}, 0],
    [{}, 'INFO', { sdkComponent: 'core' }, 0],
    [{}, 'WARN', { sdkComponent: 'core' }, 1],
    [{ logLevel: 'debug' }, 'DEBUG', { sdkComponent: 'core' }, 1],
  ] as const)('with %p prints of %s %p %i lines', (options, level, meta, count) => {
    expect(logged(options, level, meta)).toHaveLength(count);
  });

  it("bounds what the SDK's core repeats, and nothing else", () => {
    const lines: string[] = [];
    const log = createWorkerLog({ print: (line) => lines.push(line) });
    for (let poll = 0; poll < 100; poll++) {
      log.warn('cannot poll', { sdkComponent: 'core' });
      log.warn('slow', { sdkComponent: 'worker' });
    }
    expect(lines.filter((line) => line.includes('cannot poll'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('slow'))).toHaveLength(100);
  });
});
