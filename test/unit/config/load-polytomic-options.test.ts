/** Settings from environment variables: each wrong one named, no key ever told. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { loadPolytomicOptions, loadWorkerSettings } from '../../../src/config';
import { isConfigError } from '../../../src/settings/config-error';

const key = 'a-key-that-nobody-may-see';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytomic-config-'));
  await writeFile(join(folder, 'key'), `${key}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

async function configFile(content: string): Promise<string> {
  const path = join(folder, 'config.yaml');
  await writeFile(path, content);
  return path;
}

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadWorkerSettings(env);
  } catch (error) {
    if (!isConfigError(error)) throw error;
    expect(`${error.message} ${error.stack}`).not.toContain(key);
    return error.problems;
  }
  throw new Error('The settings were accepted.');
}

describe('loadPolytomicOptions', () => {
  it('needs a key and nothing else', () => {
    expect(loadPolytomicOptions({ POLYTOMIC_API_KEY: key })).toEqual({ apiKey: key });
  });

  it('reads every variable', () => {
    const options = loadPolytomicOptions({
      POLYTOMIC_API_KEY_FILE: join(folder, 'key'),
      POLYTOMIC_ORGANIZATION_ID: 'org',
      POLYTOMIC_URL: 'http://polytomic.internal',
      POLYTOMIC_API_VERSION: '2024-02-08',
      POLYTOMIC_OPERATIONS: 'runs, modelSync.update',
      POLYTOMIC_REQUESTS_PER_MINUTE: '60',
      POLYTOMIC_SECRET_ENV: 'PASSPHRASE,OTHER',
      POLYTOMIC_SECRETS_DIR: folder,
      POLYTOMIC_LOGS_DIR: folder,
      POLYTOMIC_WAIT: 'off',
      POLYTOMIC_HEARTBEAT_TIMEOUT: '30s',
      POLYTOMIC_CANCEL_TIMEOUT: 'PT2M',
      POLYTOMIC_ALLOW_HTTP: 'true',
    });
    expect(options).toEqual({
      apiKeyFile: join(folder, 'key'),
      organizationId: 'org',
      url: 'http://polytomic.internal',
      apiVersion: '2024-02-08',
      operations: ['runs', 'modelSync.update'],
      requestsPerMinute: 60,
      secretEnv: ['PASSPHRASE', 'OTHER'],
      secretsDir: folder,
      logSink: folder,
      waitTaskQueue: false,
      heartbeatTimeout: '30s',
      cancelTimeout: 'PT2M',
      allowHttp: true,
    });
  });

  it('takes empty variables for absent ones, as compose files set them', () => {
    const env = { POLYTOMIC_API_KEY: key, POLYTOMIC_API_KEY_FILE: '', POLYTOMIC_URL: ' ', POLYTOMIC_CONFIG: '' };
    expect(loadPolytomicOptions(env)).toEqual({ apiKey: key });
  });

  it('waits unless told not to', () => {
    expect(loadPolytomicOptions({ POLYTOMIC_API_KEY: key, POLYTOMIC_WAIT: 'on' })).toEqual({ apiKey: key });
  });

  it('says in one line what is missing and every way to give it', () => {
    expect(problemsOf({})).toEqual([
      'POLYTOMIC_API_KEY: missing; expected a key, or POLYTOMIC_API_KEY_FILE, or POLYTOMIC_ORGANIZATION_ID and ' +
        'POLYTOMIC_DEPLOYMENT_KEY, or POLYTOMIC_CONFIG',
    ]);
  });

  it('refuses two keys at once', () => {
    const env = { POLYTOMIC_API_KEY: key, POLYTOMIC_API_KEY_FILE: join(folder, 'key') };
    expect(problemsOf(env)).toEqual([
      'POLYTOMIC_API_KEY: give only one of POLYTOMIC_API_KEY and POLYTOMIC_API_KEY_FILE',
    ]);
  });

  it.each([
    ['POLYTOMIC_API_KEY', `${key} ${key}`, /printable characters/],
    ['POLYTOMIC_API_KEY_FILE', '/nosuch/key', /cannot be read \(ENOENT\)/],
    ['POLYTOMIC_DEPLOYMENT_KEY', `${key}\u0007`, /printable characters/],
  ])('names %s when it cannot be one', (name, value, message) => {
    const [problem, ...others] = problemsOf({ [name]: value });
    expect(problem).toMatch(new RegExp(`^${name}: `));
    expect(problem).toMatch(message);
    expect(others).toEqual([]);
  });

  it('refuses a bound of cancels that no timer of Node holds', () => {
    const env = { POLYTOMIC_API_KEY: key, POLYTOMIC_CANCEL_TIMEOUT: '25 days' };
    expect(problemsOf(env)).toEqual([expect.stringMatching(/^POLYTOMIC_CANCEL_TIMEOUT: expected at most 24 days/)]);
    expect(() => loadPolytomicOptions({ ...env, POLYTOMIC_CANCEL_TIMEOUT: '24 days' })).not.toThrow();
  });

  it('names every wrong variable at once, with what was expected', () => {
    const problems = problemsOf({
      POLYTOMIC_API_KEY: key,
      POLYTOMIC_URL: 'http://polytomic.example',
      POLYTOMIC_API_VERSION: '1999-01-01',
      POLYTOMIC_OPERATIONS: 'everything',
      POLYTOMIC_REQUESTS_PER_MINUTE: '0',
      POLYTOMIC_SECRETS_DIR: '/nosuch',
      POLYTOMIC_LOGS_DIR: '/nosuch',
      POLYTOMIC_WAIT: 'maybe',
      POLYTOMIC_HEARTBEAT_TIMEOUT: '75',
      POLYTOMIC_CANCEL_TIMEOUT: 'soon',
      POLYTOMIC_ALLOW_HTTP: 'perhaps',
      POLYTOMIC_HEALTH_PORT: '99999',
    });
    expect(problems.map((problem) => problem.split(': ')[0]).sort()).toEqual([
      'POLYTOMIC_ALLOW_HTTP',
      'POLYTOMIC_API_VERSION',
      'POLYTOMIC_CANCEL_TIMEOUT',
      'POLYTOMIC_HEALTH_PORT',
      'POLYTOMIC_HEARTBEAT_TIMEOUT',
      'POLYTOMIC_LOGS_DIR',
      'POLYTOMIC_OPERATIONS',
      'POLYTOMIC_REQUESTS_PER_MINUTE',
      'POLYTOMIC_SECRETS_DIR',
      'POLYTOMIC_URL',
      'POLYTOMIC_WAIT',
    ]);
    expect(problems).toContain('POLYTOMIC_WAIT: expected on or off');
    expect(problems).toContain('POLYTOMIC_HEALTH_PORT: expected a whole number from 0 to 65535');
    expect(problems.join('\n')).toMatch(/POLYTOMIC_HEARTBEAT_TIMEOUT: .*with a unit/);
    expect(problems.join('\n')).toMatch(/POLYTOMIC_URL: .*use https, or set POLYTOMIC_ALLOW_HTTP/);
  });
});

describe('loadPolytomicOptions with POLYTOMIC_CONFIG', () => {
  it('reads several organizations, with keys from variables and from files beside it', async () => {
    const path = await configFile(`
organizations:
  emea: { apiKeyEnv: EMEA_KEY, url: https://eu.polytomic.example, operations: all, requestsPerMinute: 10 }
  apac: { apiKeyFile: key, organizationId: org, apiVersion: "2024-02-08" }
notify:
  ops: { url: https://hooks.example/1 }
  team: { activity: tellTeam }
`);
    expect(loadPolytomicOptions({ POLYTOMIC_CONFIG: path, EMEA_KEY: key })).toEqual({
      organizations: {
        emea: { apiKey: key, url: 'https://eu.polytomic.example', operations: 'all', requestsPerMinute: 10 },
        apac: { apiKeyFile: join(folder, 'key'), organizationId: 'org', apiVersion: '2024-02-08' },
      },
      notify: { ops: { url: 'https://hooks.example/1' }, team: { activity: 'tellTeam' } },
    });
  });

  it('reads deployment keys from variables, with an organization and in the legacy form alone', async () => {
    const path = await configFile(`
organizations:
  plant: { deploymentKeyEnv: PLANT_KEY, organizationId: org, url: https://polytomic.plant.example }
  legacy: { deploymentKeyEnv: POLYTOMIC_DEPLOYMENT_KEY }
`);
    const env = { POLYTOMIC_CONFIG: path, PLANT_KEY: key, POLYTOMIC_DEPLOYMENT_KEY: 'd' };
    // The variable is that organization's alone: it makes no organization `default` besides.
    expect(loadPolytomicOptions(env)).toEqual({
      organizations: {
        plant: { deploymentKey: key, organizationId: 'org', url: 'https://polytomic.plant.example' },
        legacy: { deploymentKey: 'd' },
      },
    });
  });

  it('takes from variables what signs the posts to a target', async () => {
    const path = await configFile('notify: { ops: { url: https://x.example, signingSecretEnv: [NEW, OLD] } }');
    const [NEW, OLD] = ['n', 'o'].map((letter) => letter.repeat(32));
    const { notify } = loadPolytomicOptions({ POLYTOMIC_API_KEY: 'k', POLYTOMIC_CONFIG: path, NEW, OLD });
    expect(notify).toEqual({ ops: { url: 'https://x.example', signingSecret: [NEW, OLD] } });
  });

  it('reads whom to notify beside the one organization of the variables, with URLs from variables too', async () => {
    const path = await configFile('notify: { ops: { urlEnv: HOOK } }');
    const env = { POLYTOMIC_CONFIG: path, POLYTOMIC_API_KEY: key, HOOK: `https://hooks.example/${key}` };
    expect(loadPolytomicOptions(env)).toEqual({
      apiKey: key,
      notify: { ops: { url: `https://hooks.example/${key}` } },
    });
  });

  it('reads JSON too', async () => {
    const path = await configFile(JSON.stringify({ organizations: { emea: { apiKeyEnv: 'EMEA_KEY' } } }));
    expect(loadPolytomicOptions({ POLYTOMIC_CONFIG: path, EMEA_KEY: key })).toEqual({
      organizations: { emea: { apiKey: key } },
    });
  });

  it.each([
    ['organizations: { emea: { apiKeyEnv: NONE } }', 'organizations.emea.apiKeyEnv: the variable NONE is not set'],
    [
      'organizations: { emea: { deploymentKeyEnv: NONE } }',
      'organizations.emea.deploymentKeyEnv: the variable NONE is not set',
    ],
    [
      'organizations: { emea: { apiKeyEnv: KEY, deploymentKeyEnv: KEY } }',
      'organizations.emea.apiKey: give only one of apiKey and deploymentKey',
    ],
    ['organizations: { emea: { deploymentKey: literal } }', 'organizations.emea.deploymentKey: unknown field'],
    ['organizations: { emea: { apiKeyFile: none } }', 'organizations.emea.apiKeyFile: cannot be read (ENOENT)'],
    ['organizations: { emea: { url: x } }', 'organizations.emea.apiKey: expected a key'],
    ['organizations: { emea: { apiKeyEnv: KEY, operations: most } }', 'organizations.emea.operations: expected read'],
    ['organizations: { emea: { apiKey: literal } }', 'organizations.emea.apiKey: unknown field'],
    ['organizations: []', 'organizations: expected'],
    ['notify: { ops: { urlEnv: NONE } }', 'notify.ops.urlEnv: the variable NONE is not set'],
    [
      'notify: { ops: { url: https://x, signingSecretEnv: NONE } }',
      'notify.ops.signingSecretEnv: the variable NONE is not set',
    ],
    ['notify: { ops: { url: x, activity: y } }', 'notify.ops: expected one of url, urlEnv'],
    [`notify: { ops: "https://hooks.example/${key}" }`, 'notify.ops: expected one of url, urlEnv'],
    ['{', 'is neither YAML nor JSON'],
    [`# ${'x'.repeat(131_070)}\n`, 'has 131073 bytes; expected at most 131072'],
  ])('names the place of what is wrong in %s', async (content, expected) => {
    const problems = problemsOf({ POLYTOMIC_CONFIG: await configFile(content), KEY: key });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.startsWith(`POLYTOMIC_CONFIG: ${expected}`)).toBe(true);
  });

  it('names all that is wrong in the file at once, whatever kind of problem it is', async () => {
    const path = await configFile(`
      colour: red
      organizations:
        shapeless: { apiKeyEnv: KEY, requestsPerMinute: 0, x: 1 }
        keyless: { apiKeyEnv: NONE }
        wrong: { apiKeyEnv: KEY, url: "ftp://x" }
        right: { apiKeyEnv: KEY }
      notify:
        shapeless: { url: 1 }
        addressless: { urlEnv: NONE }
        plain: { url: "http://hooks.example/x" }
      secrets:
        PASSWORD: { organizations: [shapeless] }
        TOKEN: { organizations: 1 }`);
    const problems = problemsOf({ POLYTOMIC_CONFIG: path, KEY: key, POLYTOMIC_OPERATIONS: 'most' });
    expect(problems.map((problem) => problem.split(': ').slice(0, 2).join(': ')).sort()).toEqual([
      'POLYTOMIC_CONFIG: colour',
      'POLYTOMIC_CONFIG: notify.addressless.urlEnv',
      'POLYTOMIC_CONFIG: notify.plain.url',
      'POLYTOMIC_CONFIG: notify.shapeless',
      'POLYTOMIC_CONFIG: organizations.keyless.apiKeyEnv',
      'POLYTOMIC_CONFIG: organizations.right.operations',
      'POLYTOMIC_CONFIG: organizations.shapeless.requestsPerMinute',
      'POLYTOMIC_CONFIG: organizations.shapeless.x',
      'POLYTOMIC_CONFIG: organizations.wrong.operations',
      'POLYTOMIC_CONFIG: organizations.wrong.url',
      'POLYTOMIC_CONFIG: secrets.TOKEN.organizations',
    ]);
  });

  it('names a URL to notify that may not be posted to, and does not quote it', async () => {
    const path = await configFile(`notify: { ops: { url: "http://hooks.example/${key}" } }`);
    const problems = problemsOf({ POLYTOMIC_CONFIG: path, POLYTOMIC_API_KEY: key });
    expect(problems).toEqual([expect.stringMatching(/^POLYTOMIC_CONFIG: notify\.ops\.url: plain http .* use https/)]);
  });

  it.each([
    'organizations: { emea: { apiKeyEnv: $KEY } }',
    'organizations: { emea: { deploymentKeyEnv: $KEY } }',
    'organizations: { emea: { apiKeyEnv: KEY, apiVersion: $KEY } }',
    'organizations: { emea: { apiKeyEnv: KEY, operations: $KEY } }',
    'notify: { ops: { urlEnv: "https://hooks.example/$KEY" } }',
    'notify: { ops: { url: https://x, signingSecretEnv: $KEY } }',
    'organizations: { emea: !$KEY { apiKeyEnv: NONE } }',
  ])('shows no key that stands in the place of something else: %s', async (content) => {
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const path = await configFile(content.replace('$KEY', key));
    const problems = problemsOf({ POLYTOMIC_CONFIG: path, KEY: key });
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain(key);
    expect(warnings).not.toHaveBeenCalled();
    warnings.mockRestore();
  });

  it('tells that there is no such file', () => {
    expect(problemsOf({ POLYTOMIC_CONFIG: '/nosuch.yaml' })).toEqual(['POLYTOMIC_CONFIG: cannot be read (ENOENT)']);
  });

  it('refuses to describe the default organization twice', async () => {
    const path = await configFile('organizations: { default: { apiKeyEnv: KEY } }');
    expect(problemsOf({ POLYTOMIC_CONFIG: path, POLYTOMIC_API_KEY: key, KEY: key })).toHaveLength(1);
  });
});

describe('loadWorkerSettings', () => {
  it('has a task queue of its own and no health port by default', () => {
    expect(loadWorkerSettings({ POLYTOMIC_API_KEY: key })).toEqual({
      options: { apiKey: key },
      taskQueue: 'polytomic',
    });
  });

  it('takes a task queue and a port', () => {
    const env = { POLYTOMIC_API_KEY: key, POLYTOMIC_TASK_QUEUE: 'data', POLYTOMIC_HEALTH_PORT: '8080' };
    expect(loadWorkerSettings(env)).toMatchObject({ taskQueue: 'data', healthPort: 8080 });
  });

  it('takes the form of the log, an address for metrics and a deployment', () => {
    const env = {
      POLYTOMIC_API_KEY: key,
      POLYTOMIC_LOG_FORMAT: 'JSON',
      POLYTOMIC_LOG_LEVEL: 'debug',
      POLYTOMIC_METRICS_ADDRESS: ':9464',
      TEMPORAL_DEPLOYMENT_NAME: 'polytomic',
      TEMPORAL_WORKER_BUILD_ID: 'v2',
    };
    expect(loadWorkerSettings(env)).toMatchObject({
      logFormat: 'json',
      logLevel: 'debug',
      metricsAddress: ':9464',
      deployment: { deploymentName: 'polytomic', buildId: 'v2' },
    });
  });

  it.each([
    ['POLYTOMIC_LOG_FORMAT', 'xml', 'text, json'],
    ['POLYTOMIC_LOG_LEVEL', 'loud', 'trace, debug'],
    ['POLYTOMIC_METRICS_ADDRESS', '9464', ':port'],
    ['TEMPORAL_DEPLOYMENT_NAME', 'polytomic', 'TEMPORAL_WORKER_BUILD_ID: set both'],
    ['TEMPORAL_WORKER_BUILD_ID', 'v2', 'TEMPORAL_WORKER_BUILD_ID: set both'],
  ])('refuses %s=%s', (name, value, reason) => {
    const load = (): unknown => loadWorkerSettings({ POLYTOMIC_API_KEY: key, [name]: value });
    expect(load).toThrow(name);
    expect(load).toThrow(reason);
  });
});

describe('variables that no setting bears', () => {
  const warningsFor = (env: NodeJS.ProcessEnv) => loadWorkerSettings({ POLYTOMIC_API_KEY: key, ...env }).warnings;

  it('are named, with the name that was meant, and never with their values', () => {
    const warnings = warningsFor({ POLYTOMIC_OPERATION: key, POLYTOMIC_QUEUE_OF_MINE: key, OTHER: key });
    expect(warnings).toEqual([
      'POLYTOMIC_OPERATION is set, and no setting bears this name; is POLYTOMIC_OPERATIONS meant?',
      'POLYTOMIC_QUEUE_OF_MINE is set, and no setting bears this name',
    ]);
  });

  it('are none of those that settings, the file or references name', async () => {
    const path = await configFile(
      'organizations: { emea: { apiKeyEnv: POLYTOMIC_EMEA } }\nnotify: { ops: { urlEnv: POLYTOMIC_HOOK } }',
    );
    const named = { POLYTOMIC_EMEA: key, POLYTOMIC_HOOK: 'https://x.example', POLYTOMIC_PASSWORD: 'pw' };
    const settings = { POLYTOMIC_CONFIG: path, POLYTOMIC_SECRET_ENV: 'POLYTOMIC_PASSWORD', POLYTOMIC_WAIT: 'on' };
    expect(
      warningsFor({ ...named, ...settings, POLYTOMIC_HEALTH_PORT: '0', POLYTOMIC_TASK_QUEUE: 'q' }),
    ).toBeUndefined();
  });
});
