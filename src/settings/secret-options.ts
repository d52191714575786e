/** What the operator lets requests refer to: checks the options, and makes what resolves references. */
import { z } from 'zod';
import { strict, text } from '../inputs/fields';
import { lazy } from '../inputs/lazy';
import { createKnownSecrets, type KnownSecrets } from '../secrets/known-secrets';
import { createSecretResolver, type ReservedSecrets, type SecretResolver } from '../secrets/resolver';
import type { OrganizationOptions, PolytomicPluginOptions } from './plugin-options';

/** Bindings, as the options of the plugin and the file of organizations describe them. */
export const bindingsShape = lazy(() =>
  z.record(text(), strict({ organizations: z.array(text()).optional(), connectionTypes: z.array(text()).optional() })),
);

/** What is needed besides the options. */
export interface SecretEnvironment {
  readonly env: NodeJS.ProcessEnv;
  readonly reserved: ReservedSecrets;
}

/** Variables that hold the worker's own keys, and bindings to organizations that are not there. Each begins with the option. */
export function wrongSecretOptions(
  options: PolytomicPluginOptions,
  { names, ...environment }: SecretEnvironment & { names: readonly string[] },
): string[] {
  const own = Object.entries(options.organizations ?? {}).map(([name, entry]) => ({
    place: `organizations.${name}.secretEnv`,
    variables: entry.secretEnv ?? [],
  }));
  const wrongVariables = [{ place: 'secretEnv', variables: options.secretEnv ?? [] }, ...own].flatMap(
    ({ place, variables }) =>
      variables
        .filter((name) => isOwn(name, environment))
        .map((name) => `${place}: ${name} holds a key or address of this worker, which no request may refer to`),
  );
  const wrongBindings = Object.entries(options.secrets ?? {}).flatMap(([secret, { organizations = [] }]) =>
    organizations
      .filter((name) => !names.includes(name))
      .map((name) => `secrets.${secret}.organizations: there is no organization "${name}"`),
  );
  return [...wrongVariables, ...wrongBindings];
}

function isOwn(name: string, { env, reserved }: SecretEnvironment): boolean {
  return reserved.isVariable(name) || reserved.values.includes(valueOf(name, env)?.trim() ?? '');
}

/** Names such as `constructor` are none of the environment. */
function valueOf(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

/** What resolves the references of one organization, and the secrets that it may refer to. */
export interface OrganizationSecrets {
  readonly resolve: SecretResolver;
  readonly knownSecrets: KnownSecrets;
}

/** For one organization. */
export function createOrganizationSecrets(
  { secretEnv = [], secretsDir }: OrganizationOptions,
  { secrets, resolveSecret }: PolytomicPluginOptions,
  { env, reserved }: SecretEnvironment,
): OrganizationSecrets {
  const sources = {
    ...{ secretEnv, reserved, env: (name: string) => valueOf(name, env) },
    ...(secretsDir !== undefined && { secretsDir }),
  };
  const knownSecrets = createKnownSecrets(sources);
  const resolve = createSecretResolver({
    ...sources,
    ...(secrets !== undefined && { bindings: secrets }),
    ...(resolveSecret !== undefined && { resolveSecret }),
  });
  return {
    knownSecrets,
    resolve: async (reference, context) => {
      const value = await resolve(reference, context);
      knownSecrets.remember(value);
      return value;
    },
  };
}
