/** The check of a configuration against the system that it names. */
import { ApiFailure } from '../http/api-failure';
import { findConfigurationIssue } from './configuration-schema';
import type { SystemType } from './system-type';
import type { Fields } from './fields';

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
  readonly type: SystemType;
  readonly configuration: Fields;
  readonly refused: readonly RefusedConfiguration[];
}

/** Why the system refuses the configuration, or undefined. */
export function whyRefused({ type, configuration, refused }: CheckedConnection): string | undefined {
  const issue = findConfigurationIssue(type.schema, configuration);
  if (issue !== undefined) return issue;
  const match = refused.find((refusal) => fits(refusal, { type, configuration }));
  return match && (match.message ?? `cannot connect to ${type.name}`);
}

/** Throws a failure of that status when the system refuses the configuration. */
export function checkConfiguration(checked: CheckedConnection, status: number): void {
  const reason = whyRefused(checked);
  if (reason !== undefined) throw new ApiFailure(status, reason);
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
