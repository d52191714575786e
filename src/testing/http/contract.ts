/** The API's contract as data (contract.json), and the check of each request against it. */
import { ApiFailure } from './api-failure';
import contractJson from './contract.json';
import { checkValue, type Contract, type ContractOperation, type FieldTable } from './contract-types';
import { parseQuery } from './query';
import type { ApiVersion } from './versions';

/** The whole contract. */
export const contract: Contract = contractJson as Contract;

/** Query and body of a request, checked and with the query's values in their types. */
export interface CheckedRequest {
  readonly query: Record<string, unknown>;
  readonly body: Record<string, unknown>;
  /** Names in the query that the operation does not have, and ignores. */
  readonly ignored: readonly string[];
}

/** What is checked: the operation as its version has it, the query as sent and the parsed body. */
export interface RequestToCheck {
  readonly operation: ContractOperation;
  readonly version: ApiVersion;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/**
 * Checks a request. Unknown fields of the body and wrongly typed ones are a 400; a missing field is a 422 where the
 * operation declares that status, else a 400. The message names the field. Unknown names in the query are ignored, as
 * the API ignores them: Polytomic's Go SDK repeats a whole body there. What says nothing counts as absent.
 */
export function checkRequest({ operation, version, query, body }: RequestToCheck): CheckedRequest {
  const missing = operation.errors.includes(422) ? 422 : 400;
  const queryFields = ofVersion(operation.query ?? {}, version);
  const { known, ignored } = splitQuery(parseQuery(query, queryFields), queryFields);
  checkFields(known, { fields: queryFields, where: 'query', missing });
  const checkedBody = withoutUnset(asObject(body));
  checkFields(checkedBody, { fields: ofVersion(operation.body ?? {}, version), where: 'body', missing });
  return { query: known, body: checkedBody, ignored };
}

function splitQuery(
  sent: Record<string, unknown>,
  fields: FieldTable,
): { known: Record<string, unknown>; ignored: string[] } {
  const known = Object.entries(sent).filter(([name]) => Object.hasOwn(fields, name));
  const ignored = Object.keys(sent).filter((name) => !Object.hasOwn(fields, name));
  return { known: withoutUnset(Object.fromEntries(known)), ignored };
}

/** Polytomic's Terraform provider sends an empty organization with every update of a connection. */
const emptyIsUnset = new Set(['organization_id', 'filter_logic']);

/** Null says nothing anywhere; an empty text says nothing where no value could be empty. */
const withoutUnset = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value !== null && !(value === '' && emptyIsUnset.has(name))),
  );

/** The fields that exist in a version. */
function ofVersion(fields: FieldTable, version: ApiVersion): FieldTable {
  const entries = Object.entries(fields).filter(
    ([, field]) => typeof field === 'string' || (field.versions?.includes(version) ?? true),
  );
  return Object.fromEntries(entries);
}

/** An absent body counts as an empty object: operations whose fields are all optional may be called with nothing. */
function asObject(body: unknown): Record<string, unknown> {
  if (body === undefined) return {};
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new ApiFailure(400, 'body: expected a JSON object');
}

function checkFields(
  values: Record<string, unknown>,
  { fields, where, missing }: { fields: FieldTable; where: string; missing: number },
): void {
  const issue = checkValue(values, { fields, path: where, contract });
  if (issue === undefined) return;
  throw new ApiFailure(issue.kind === 'missing' ? missing : 400, `${issue.path}: ${issue.expected}`);
}
