/** Targets of notifications: which URLs may be posted to, and that none of them is ever told. */
import { describe, expect, it } from '@jest/globals';
import type { NotifyTargetConfig } from '../../../src/activities/dependencies';
import type { ConfigError } from '../../../src/settings/config-error';
import type { NotifyOptions, PolytomicPluginOptions } from '../../../src/settings/plugin-options';
import { resolveOptions } from '../../../src/settings/resolve-options';

const secret = 'T0-B0-nobody-may-see';
const log = { info: () => undefined, warn: () => undefined };

function targetFor(ops: NotifyOptions, more: PolytomicPluginOptions = {}): NotifyTargetConfig | undefined {
  return resolveOptions({ apiKey: 'test-key', notify: { ops }, ...more }, log).notify.get('ops');
}

async function urlOf(target: NotifyTargetConfig | undefined): Promise<string> {
  if (target?.activity !== null) throw new Error('A target with a URL was expected');
  return target.url();
}

function problemsWith(notify: unknown): readonly string[] {
  try {
    resolveOptions({ apiKey: 'test-key', notify } as PolytomicPluginOptions, log);
  } catch (error) {
    expect(`${String(error)} ${(error as Error).stack}`).not.toContain(secret);
    return (error as ConfigError).problems;
  }
  throw new Error('The targets were accepted');
}

describe('targets to notify', () => {
  it('are none by default', () => {
    expect(resolveOptions({ apiKey: 'test-key' }, log).notify.size).toBe(0);
  });

  it('may be an activity of the user', () => {
    expect(targetFor({ activity: 'tellTeam' })).toEqual({ activity: 'tellTeam' });
  });

  it.each([
    ['https', `https://hooks.example/services/${secret}?a=b`, {}],
    ['plain http to this machine', `http://127.0.0.1:8080/${secret}`, {}],
    ['plain http where the owner allows it', `http://hooks.internal/${secret}`, { allowHttp: true }],
  ])('may be a URL: %s', async (_name, url, more) => {
    expect(await urlOf(targetFor({ url }, more))).toBe(url);
  });

  it('ask a function for the URL before each post', async () => {
    let calls = 0;
    const target = targetFor({ url: () => `https://hooks.example/${++calls}` });
    expect([await urlOf(target), await urlOf(target)]).toEqual(['https://hooks.example/1', 'https://hooks.example/2']);
  });

  it('sign with one secret or with several, and need none', () => {
    const [one, other] = ['a', 'b'].map((letter) => letter.repeat(32)) as [string, string];
    const signing = (signingSecret?: string | string[]) => targetFor({ url: 'https://hooks.example', signingSecret });
    expect(signing()).toMatchObject({ signingSecrets: [] });
    expect(signing(`whsec_${one}`)).toMatchObject({ signingSecrets: [`whsec_${one}`] });
    expect(signing([one, ` ${other}\n`])).toMatchObject({ signingSecrets: [one, other] });
  });

  it('keep what they sign with from requests', () => {
    const signingSecret = 'c'.repeat(32);
    const options = { apiKey: 'k', secretEnv: ['HOOK'], notify: { ops: { url: 'https://x.example', signingSecret } } };
    expect(() => resolveOptions(options, log, { env: { HOOK: signingSecret } })).toThrow(
      'secretEnv: HOOK holds a key or address of this worker',
    );
  });

  it('show no URL when they are printed or serialized', () => {
    const target = targetFor({ url: `https://hooks.example/${secret}` });
    expect(JSON.stringify(target) + String(Object.values(target ?? {}))).not.toContain(secret);
  });

  it.each([
    ['no URL', { ops: { url: secret } }, 'notify.ops.url: expected an https URL'],
    ['another protocol', { ops: { url: `ftp://x/${secret}` } }, 'notify.ops.url: expected an https URL'],
    ['plain http', { ops: { url: `http://hooks.example/${secret}` } }, 'notify.ops.url: plain http'],
    ['a password', { ops: { url: `https://a:${secret}@b` } }, 'notify.ops.url: must not hold a user name'],
    ['neither', { ops: {} }, 'notify.ops: expected either url'],
    ['both', { ops: { url: `https://x/${secret}`, activity: 'tell' } }, 'notify.ops: expected either url'],
    ['a bare text', { ops: `https://x/${secret}` }, 'notify.ops: expected either url'],
  ])('are refused by name, but never quoted: %s', (_name, notify, expected) => {
    const [problem, ...others] = problemsWith(notify);
    expect(problem?.slice(0, expected.length)).toBe(expected);
    expect(others).toEqual([]);
  });

  it.each<[string, () => string, string]>([
    ['throws', () => throwing(secret), 'url: the function that should answer it failed'],
    ['answers no URL', () => secret, 'url: expected an https URL'],
    ['answers plain http', () => `http://hooks.example/${secret}`, 'url: plain http'],
  ])('tell nothing of the URL when the function %s', async (_name, url, expected) => {
    const error = await urlOf(targetFor({ url })).catch((caught: unknown) => caught);
    expect(String(error)).toContain(expected);
    expect(`${String(error)} ${(error as Error).stack}`).not.toContain(secret);
  });
});

function throwing(text: string): never {
  throw new Error(text);
}
