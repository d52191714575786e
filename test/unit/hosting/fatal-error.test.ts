import { describe, expect, it } from '@jest/globals';
import { reportFatal, reportFatalError } from '../../../src/hosting/fatal-error';
import { ConfigError } from '../../../src/settings/config-error';

function reported(error: unknown, asJson: boolean): string[] {
  const texts: string[] = [];
  reportFatalError(error, { print: (text) => texts.push(text), asJson });
  return texts;
}

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const problems = ['POLYTOMIC_API_KEY: missing', 'POLYTOMIC_OPERATIONS: expected read'];

describe('what a worker says that cannot run', () => {
  it.each([
    ['one problem', new ConfigError(problems.slice(0, 1)), { message: problems[0], problems: problems.slice(0, 1) }],
    ['two problems', new ConfigError(problems), { message: 'Wrong settings', problems }],
    ['another error', new Error('no port\n  at'), { message: 'The worker cannot run: no port' }],
  ])('is one JSON line for %s, as the log has them', (_what, error, fields) => {
    const texts = reported(error, true);
    expect(texts).toHaveLength(1);
    expect(texts[0]).not.toContain('\n');
    expect(JSON.parse(texts[0] ?? '')).toEqual({ time, level: 'error', ...fields });
  });

  it.each([
    [new ConfigError(problems.slice(0, 1)), problems[0]],
    [new ConfigError(problems), `Wrong settings:\n  ${problems.join('\n  ')}`],
    [new Error('no port'), 'The worker cannot run: no port'],
  ])('is the words alone as text, case %#', (error, text) => {
    expect(reported(error, false)).toEqual([text]);
  });

  it('has the form of the log for an error that stops it, too', () => {
    const texts: string[] = [];
    reportFatal('An error that nobody caught', { print: (text) => texts.push(text), asJson: true });
    expect(JSON.parse(texts[0] ?? '')).toEqual({ time, level: 'error', message: 'An error that nobody caught' });
  });
});
