/** Whether a namespace has the search attributes that the workflows write, before any of them writes one. */
import type { NativeConnection } from '@temporalio/worker';
import type { ActivityLog } from '../activities/dependencies';
import { searchAttributeTypes } from '../contracts/search-attributes';
import { ConfigError } from '../settings/config-error';
import { reasonOf } from './reason-of';

/** Numbers of the wire format, by the names that the Temporal CLI takes. */
const wireTypes = { Keyword: 2, KeywordList: 7 } as const;

/** Where the attributes are needed. */
export interface SearchAttributePlace {
  readonly connection: Pick<NativeConnection, 'operatorService'>;
  readonly namespace: string;
}

/**
 * A workflow that writes an attribute which is not there makes no progress, so such a worker must not run. Where the server
 * does not let the worker ask, a warning is logged instead.
 *
 * @throws ConfigError with the command that creates what is missing
 */
export async function checkSearchAttributes(
  { connection, namespace }: SearchAttributePlace,
  log: Pick<ActivityLog, 'warn'>,
): Promise<void> {
  const types = await readTypes({ connection, namespace }, log);
  if (!types) return;
  const problems = problemsOf(types, namespace);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** What is wrong with the attributes of a namespace, given their types on the wire. */
export function problemsOf(types: Readonly<Record<string, unknown>>, namespace: string): string[] {
  const wanted = Object.entries(searchAttributeTypes);
  const missing = wanted.filter(([name]) => types[name] === undefined);
  const wrong = wanted.filter(([name, type]) => types[name] !== undefined && types[name] !== wireTypes[type]);
  return [
    ...(missing.length > 0
      ? [`searchAttributes: namespace ${namespace} lacks some; create them with: ${createCommand(missing, namespace)}`]
      : []),
    ...wrong.map(
      ([name, type]) => `searchAttributes: ${name} of namespace ${namespace} has another type; expected ${type}`,
    ),
  ];
}

function createCommand(missing: readonly (readonly [string, string])[], namespace: string): string {
  const attributes = missing.map(([name, type]) => `--name ${name} --type ${type}`);
  return ['temporal operator search-attribute create', `--namespace ${namespace}`, ...attributes].join(' ');
}

async function readTypes(
  { connection, namespace }: SearchAttributePlace,
  log: Pick<ActivityLog, 'warn'>,
): Promise<Record<string, unknown> | undefined> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return customAttributes ?? {};
  } catch (error) {
    log.warn(
      `searchAttributes: cannot ask whether namespace ${namespace} has them (${reasonOf(error)}); if not, workflows make ` +
        `no progress until this was done: ${createCommand(Object.entries(searchAttributeTypes), namespace)}`,
    );
    return undefined;
  }
}
