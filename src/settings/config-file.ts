/** Reads the file that `POLYTOMIC_CONFIG` names: the organizations of a worker, and whom to notify. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { maxPathLength, strict, text } from '../inputs/fields';
import { toInputIssues } from '../inputs/to-input-issues';
import type { EnvReader } from './env-reader';
import { plainOrganizationFields } from './organization-fields';
import type { NotifyOptions, OrganizationOptions } from './plugin-options';
import { bindingsShape } from './secret-options';
import type { SecretBinding } from '../secrets/resolver';

/** One organization in the file. It holds no key, only the name of the variable or file that does. */
interface OrganizationEntry extends Omit<OrganizationOptions, 'apiKey' | 'deploymentKey'> {
  /** Environment variable that holds the key. */
  apiKeyEnv?: string;
  /** Environment variable that holds the key of an on-premises deployment; without `organizationId` the legacy form is sent. */
  deploymentKeyEnv?: string;
}

/**
 * One target of notifications in the file. `urlEnv` names the environment variable that holds the URL, a secret, and
 * `signingSecretEnv` the variable, or variables, with the secret that signs.
 */
type NotifyEntry = (({ url: string } | { urlEnv: string }) & SigningEntry) | { activity: string };
type SigningEntry = { signingSecretEnv?: string | string[] };

/** The file as it is written. */
interface Content {
  organizations?: Record<string, OrganizationEntry>;
  notify?: Record<string, NotifyEntry>;
  secrets?: Record<string, SecretBinding>;
}

/** What the file said, and what was wrong with it. Entries with problems are left out. */
export interface ConfigFile {
  organizations?: Record<string, OrganizationOptions>;
  notify?: Record<string, NotifyOptions>;
  secrets?: Record<string, SecretBinding>;
  /** Environment variables that hold the keys of organizations. */
  keyVariables: string[];
  /** Each begins with the field's place in the file. */
  problems: string[];
}

/** Reads YAML or JSON, which YAML includes. Paths in the file are relative to its folder. Never throws. */
export function readConfigFile(path: string, env: Pick<EnvReader, 'text'>): ConfigFile {
  const { content, problem } = readContent(path);
  if (problem) return { keyVariables: [], problems: [problem] };
  const parsed = fileShape().safeParse(content, { reportInput: true });
  const problems = toInputIssues(parsed.error?.issues ?? []).map(({ field, message }) => `${field}: ${message}`);
  const variable = (name: string, field: string): string | undefined => {
    const value = env.text(name);
    if (value === undefined) problems.push(`${field}: ${describeUnset(name)}`);
    return value;
  };
  const { organizations, notify, secrets } = parsed.data ?? rightEntries(content);
  const keyVariables = Object.values(organizations ?? {}).flatMap(({ apiKeyEnv, deploymentKeyEnv }) =>
    [apiKeyEnv, deploymentKeyEnv].filter((name) => name !== undefined),
  );
  return {
    ...(organizations && { organizations: readOrganizations(organizations, dirname(path), variable) }),
    ...(notify && { notify: readTargets(notify, variable) }),
    ...(secrets && { secrets }),
    keyVariables,
    problems,
  };
}

/** What is not written as names of variables are may be the secret itself, put where the name belongs. */
function describeUnset(name: string): string {
  return /^[A-Z][A-Z0-9_]*$/.test(name)
    ? `the variable ${name} is not set`
    : 'expected the name of a variable that is set, got a text that is none';
}

/** The entries that can be read where others cannot, so that what else is wrong with them is reported too. */
function rightEntries(content: unknown): Content {
  const entries = fieldsOf(content).flatMap(([section, named]) =>
    fieldsOf(named).map(([name, entry]) => ({ [section]: { [name]: entry } })),
  );
  const right = entries.flatMap((entry) => fileShape().safeParse(entry).data ?? []);
  return {
    organizations: merged(right.map(({ organizations }) => organizations)),
    notify: merged(right.map(({ notify }) => notify)),
    secrets: merged(right.map(({ secrets }) => secrets)),
  };
}

function merged<T>(parts: readonly (Record<string, T> | undefined)[]): Record<string, T> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part ?? {})));
}

function fieldsOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** Value of an environment variable that a field names; where there is none, that is noted as a problem of the field. */
type Variable = (name: string, field: string) => string | undefined;

function readOrganizations(
  entries: Record<string, OrganizationEntry>,
  folder: string,
  variable: Variable,
): Record<string, OrganizationOptions> {
  const organizations: Record<string, OrganizationOptions> = {};
  for (const [name, { apiKeyEnv, deploymentKeyEnv, ...entry }] of Object.entries(entries)) {
    const named = Object.entries({ apiKey: apiKeyEnv, deploymentKey: deploymentKeyEnv }).flatMap(([key, env]) =>
      env === undefined ? [] : [[key, variable(env, `organizations.${name}.${key}Env`)] as const],
    );
    if (named.some(([, value]) => value === undefined)) continue;
    organizations[name] = { ...entry, ...filesIn(folder, entry), ...Object.fromEntries(named) };
  }
  return organizations;
}

const fileFields = ['apiKeyFile', 'secretsDir', 'caFile', 'clientCertFile', 'clientKeyFile'] as const;

function filesIn(folder: string, entry: OrganizationEntry): Partial<OrganizationEntry> {
  const given = fileFields.filter((field) => entry[field] !== undefined);
  return Object.fromEntries(given.map((field) => [field, resolve(folder, entry[field] ?? '')]));
}

function readTargets(entries: Record<string, NotifyEntry>, variable: Variable): Record<string, NotifyOptions> {
  const targets: Record<string, NotifyOptions> = {};
  for (const [name, entry] of Object.entries(entries)) {
    if ('activity' in entry) {
      targets[name] = entry;
      continue;
    }
    const url = 'urlEnv' in entry ? variable(entry.urlEnv, `notify.${name}.urlEnv`) : entry.url;
    const secrets = [entry.signingSecretEnv ?? []]
      .flat()
      .map((one) => variable(one, `notify.${name}.signingSecretEnv`));
    const signingSecret = secrets.filter((secret) => secret !== undefined);
    if (url !== undefined) targets[name] = { url, ...(signingSecret.length > 0 && { signingSecret }) };
  }
  return targets;
}

/** Hundreds of organizations; the YAML parser would hold everything up for a tenth of a second over more. */
const maxFileBytes = 128 * 1_024;

function readContent(path: string): { content?: unknown; problem?: string } {
  try {
    const { size } = statSync(path);
    if (size > maxFileBytes) return { problem: `has ${size} bytes; expected at most ${maxFileBytes}` };
    return { content: parseText(readFileSync(path, 'utf8')) };
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    // The parser's own message quotes the text around the fault, which somebody may have taken for a place for keys.
    return { problem: code.startsWith('E') ? `cannot be read (${code})` : 'is neither YAML nor JSON' };
  }
}

/** JSON is YAML too, but its own parser is a hundred times as fast. @throws the error of the YAML parser */
function parseText(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    // Its warnings quote the text around them.
    return parse(content, { logLevel: 'error' });
  }
}

function fileShape(): z.ZodType<Content> {
  return strict({
    organizations: z.record(text(), organizationShape()).optional(),
    notify: z.record(text(), notifyShape()).optional(),
    secrets: bindingsShape().optional(),
  });
}

function notifyShape(): z.ZodType<NotifyEntry> {
  const signing = { signingSecretEnv: z.union([text(), z.array(text()).min(1)]).optional() };
  return z.union(
    [
      strict({ url: text(maxPathLength), ...signing }),
      strict({ urlEnv: text(maxPathLength), ...signing }),
      strict({ activity: text() }),
    ],
    {
      error:
        'one of url, urlEnv (the variable that holds it) and activity (the name of an activity); beside the first two, ' +
        'signingSecretEnv (one variable or several)',
    },
  );
}

function organizationShape(): z.ZodType<OrganizationEntry> {
  return strict({
    apiKeyEnv: text(maxPathLength).optional(),
    deploymentKeyEnv: text(maxPathLength).optional(),
    ...plainOrganizationFields(),
  });
}
