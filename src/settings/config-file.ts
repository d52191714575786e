/** Reads the file that `POLYTOMIC_CONFIG` names: the organizations of a worker, and whom to notify. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { strict, text } from '../inputs/fields';
import { toInputIssues } from '../inputs/to-input-issues';
import type { OrganizationOptions } from './plugin-options';

/** One organization in the file. It holds no key, only the name of the variable or file that does. */
interface OrganizationEntry extends Omit<OrganizationOptions, 'apiKey' | 'deploymentKey'> {
  /** Environment variable that holds the key. */
  apiKeyEnv?: string;
}

/** What the file said, and what was wrong with it. Organizations with problems are left out. */
export interface ConfigFile {
  organizations: Record<string, OrganizationOptions>;
  /** Each begins with the field's place in the file. */
  problems: string[];
}

/** Reads YAML or JSON, which YAML includes. Paths in the file are relative to its folder. Never throws. */
export function readConfigFile(path: string, env: NodeJS.ProcessEnv): ConfigFile {
  const { content, problem } = readContent(path);
  if (problem) return { organizations: {}, problems: [problem] };
  const parsed = fileShape().safeParse(content, { reportInput: true });
  if (!parsed.success) {
    const issues = toInputIssues(parsed.error.issues);
    return { organizations: {}, problems: issues.map(({ field, message }) => `${field}: ${message}`) };
  }
  const file: ConfigFile = { organizations: {}, problems: [] };
  for (const [name, { apiKeyEnv, ...entry }] of Object.entries(parsed.data.organizations)) {
    const apiKey = apiKeyEnv === undefined ? undefined : env[apiKeyEnv];
    if (apiKeyEnv !== undefined && !apiKey) {
      file.problems.push(`organizations.${name}.apiKeyEnv: the variable ${apiKeyEnv} is not set`);
      continue;
    }
    const apiKeyFile = entry.apiKeyFile && resolve(dirname(path), entry.apiKeyFile);
    file.organizations[name] = { ...entry, ...(apiKey && { apiKey }), ...(apiKeyFile && { apiKeyFile }) };
  }
  return file;
}

function readContent(path: string): { content?: unknown; problem?: string } {
  try {
    return { content: parse(readFileSync(path, 'utf8')) };
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    // The parser's own message quotes the text around the fault, which somebody may have taken for a place for keys.
    return { problem: code.startsWith('E') ? `cannot be read (${code})` : 'is neither YAML nor JSON' };
  }
}

function fileShape(): z.ZodType<{ organizations: Record<string, OrganizationEntry> }> {
  return strict({
    organizations: z.record(text(), organizationShape()),
    // Read so that one file serves workers of every version; the names are those that workflows give to `notify`.
    notify: z.record(text(), z.union([strict({ url: text() }), strict({ activity: text() })])).optional(),
  });
}

function organizationShape(): z.ZodType<OrganizationEntry> {
  return strict({
    url: text().optional(),
    apiKeyEnv: text().optional(),
    apiKeyFile: text().optional(),
    organizationId: text().optional(),
    apiVersion: text().optional(),
    operations: z.union([z.string(), z.array(z.string())], { error: 'a string or a list of strings' }).optional(),
    requestsPerMinute: z.number().min(1, 'a number, 1 or more').optional(),
  });
}
