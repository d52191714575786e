/** Ad-hoc queries: run, and read by pages by whoever ran them. */
import { ApiFailure, notFound } from '../http/api-failure';
import { expiryOf, planQuery, queryStatusAt, type Query } from '../state/ad-hoc-query';
import { systemOf } from '../state/connected-system';
import { data, param, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import { pageOf } from '../http/paging';
import { madeUpRecords } from '../state/sample-records';
import type { Fields } from '../state/fields';
import { connectionOf } from './connections';

/** Handlers of `queryRunner.*`. */
export const queryRoutes: Handlers = {
  'queryRunner.runQuery': runQuery,
  'queryRunner.getQuery': getQuery,
};

/** Who asked: a user, whichever of the user's keys it was, or else the key itself. */
const creatorOf = ({ caller }: ApiRequest): string => caller.user?.id ?? caller.label;

function runQuery(call: ApiRequest): Answer {
  const { query: text } = call.query as { query?: string };
  const connection = connectionOf(call, 'connection_id');
  if (text === undefined || text.trim() === '') throw new ApiFailure(400, 'query.query: required, but missing');
  const { controls } = systemOf(call.organization, String(connection.id));
  const { jobMs } = call.emulator.options;
  const script = planQuery(text, { scripts: controls.queries ?? [], jobMs, rows: rowsNamed(call, connection, text) });
  const query: Query = { id: call.emulator.newId(), creator: creatorOf(call), createdAt: call.now, script };
  call.organization.queries.set(query.id, query);
  return data({ id: query.id, status: 'created' });
}

/** The rows of the first schema whose id is in the text. */
function rowsNamed({ organization }: ApiRequest, connection: Fields, text: string): readonly Fields[] | undefined {
  const { found } = systemOf(organization, String(connection.id)).source;
  const named = found.find(({ id }) => text.includes(id));
  return named && (named.records ?? madeUpRecords(named.fields));
}

/** Somebody else's query is a 404 like one that never was. Only a query that is done has rows. */
function getQuery(call: ApiRequest): Answer {
  const { organization, now } = call;
  const id = param(call, 'id');
  const query = organization.queries.get(id);
  if (query === undefined || query.creator !== creatorOf(call)) throw notFound('query', id);
  const status = queryStatusAt(query, now);
  if (status === 'failed') return data({ id, status, error: query.script.error ?? 'the query failed' });
  return status === 'done' ? answerRows(call, query) : data({ id, status });
}

function answerRows({ query: { page: token } }: ApiRequest, query: Query): Answer {
  const { rows, pageRows } = query.script;
  const { items, next, previous } = pageOf(rows, { token, ceiling: pageRows });
  const result = {
    id: query.id,
    status: 'done',
    count: rows.length,
    fields: Object.keys(rows[0] ?? {}),
    results: items,
    expires: toTimestamp(expiryOf(query)),
  };
  return { body: { data: result, links: { next: linkTo(query, next), previous: linkTo(query, previous) } } };
}

/** Without the host, as links may be. */
const linkTo = ({ id }: Query, token: string | undefined): string | undefined =>
  token === undefined ? undefined : `/api/queries/${id}?page=${token}`;
