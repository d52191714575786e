/** What a worker's own settings use: keys, certificates and addresses that no request may refer to. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { loadClientConfig } from '@temporalio/envconfig';
import type { ReservedSecrets } from '../secrets/resolver';
import { secretsOf } from './notify-targets';
import type { PolytomicPluginOptions } from './plugin-options';

const ownVariables = ['POLYTOMIC_API_KEY', 'POLYTOMIC_DEPLOYMENT_KEY'];

/** Where Kubernetes puts the credential of a pod. */
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Keys that functions answer cannot be known here. */
export function collectReservedSecrets(
  options: PolytomicPluginOptions,
  { env, idempotencySecret }: { env: NodeJS.ProcessEnv; idempotencySecret?: string },
): ReservedSecrets {
  const organizations = [options, ...Object.values(options.organizations ?? {})];
  const keys = organizations.flatMap(({ apiKey, deploymentKey }) => [apiKey, deploymentKey]);
  const targets = Object.values(options.notify ?? {});
  const urls = targets.flatMap((target) => ['url' in target ? target.url : undefined, ...secretsOf(target)]);
  const values = [...keys, ...urls, idempotencySecret].filter((value) => typeof value === 'string');
  const files = [
    ...organizations.flatMap(({ apiKeyFile, ...tls }) => [
      apiKeyFile,
      tls.caFile,
      tls.clientCertFile,
      tls.clientKeyFile,
    ]),
    options.idempotencySecretFile,
    env['POLYTOMIC_CONFIG'],
    serviceAccountFolder,
    ...temporalFiles(env),
  ].filter((path) => path !== undefined && path !== '');
  return {
    isVariable: (name) => ownVariables.includes(name) || name.startsWith('TEMPORAL_'),
    values: values.map((value) => value.trim()).filter((value) => value !== ''),
    files: files as string[],
  };
}

/** Its configuration, and the keys and certificates that any profile in it or any variable names. */
function temporalFiles(env: NodeJS.ProcessEnv): (string | undefined)[] {
  const named = Object.entries(env).filter(([name]) => /^TEMPORAL_.*_(PATH|FILE)$/.test(name));
  const folder = env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config');
  return [...named.map(([, path]) => path), join(folder, 'temporalio', 'temporal.toml'), ...filesOfProfiles(env)];
}

function filesOfProfiles(env: NodeJS.ProcessEnv): (string | undefined)[] {
  const variables = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  try {
    const { profiles } = loadClientConfig({ overrideEnvVars: Object.fromEntries(variables) });
    return Object.values(profiles).flatMap(({ tls }) =>
      [tls?.clientCert, tls?.clientKey, tls?.serverCACert].map((source) =>
        source && 'path' in source ? source.path : undefined,
      ),
    );
  } catch {
    // Whoever connects with it says what is wrong with it.
    return [];
  }
}
