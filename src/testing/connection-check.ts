/** The check of a configuration against the system that it names. */
import { ApiFailure } from './api-failure';
import { isSecret, mask } from './connection-secrets';
import type { BackendType, ConfigurationField } from './connection-types';
import type { Fields } from './sync';

/** A configuration that the system behind it refuses. */
export interface RefusedConfiguration {
  /** Id of a connection type. Default: every type. */
  readonly type?: string;
  /** Fits configurations that have these values among theirs. Default: every configuration. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Why. Default: that it cannot be connected to. */
  readonly message?: string;
}

/** What is checked, and what the seed refuses. */
export interface CheckedConnection {
  readonly type: BackendType;
  readonly configuration: Fields;
  readonly refused: readonly RefusedConfiguration[];
}

/** Why the system refuses the configuration, or undefined. */
export function whyRefused({ type, configuration, refused }: CheckedConnection): string | undefined {
  for (const [name, field] of Object.entries(type.configuration)) {
    const issue = issueOf(configuration[name], { name, field });
    if (issue !== undefined) return `configuration.${name}: ${issue}`;
  }
  const match = refused.find((refusal) => fits(refusal, { type, configuration }));
  return match && (match.message ?? `cannot connect to ${type.name}`);
}

/** Throws a failure of that status when the system refuses the configuration. */
export function checkConfiguration(checked: CheckedConnection, status: number): void {
  const reason = whyRefused(checked);
  if (reason !== undefined) throw new ApiFailure(status, reason);
}

function issueOf(value: unknown, { name, field }: { name: string; field: ConfigurationField }): string | undefined {
  if (value === undefined || value === null) return field.required === true ? 'required, but missing' : undefined;
  const fitting = field.type === 'integer' ? Number.isInteger(value) : typeof value === field.type;
  if (!fitting) return `expected ${field.type}`;
  return isSecret(name, field) && value === mask ? 'the mask of an answer, not the secret' : undefined;
}

function fits(
  { type: typeId, configuration: refused = {} }: RefusedConfiguration,
  { type, configuration }: Omit<CheckedConnection, 'refused'>,
): boolean {
  if (typeId !== undefined && typeId !== type.id) return false;
  return Object.entries(refused).every(
    ([name, value]) => JSON.stringify(configuration[name]) === JSON.stringify(value),
  );
}
