/** Queries that run once, in a connection's own language. */
import { z } from 'zod';
import { linked, one } from '../answers';
import { get, post } from '../operation';
import { answer, shape } from '../shapes';

const since = '2024-02-08';

const QueryResult = answer(() => ({
  id: z.string(),
  /** `created`, `running`; ended: `done`, `failed`, and `unknown` where the result was lost. */
  status: z.string(),
  fields: z.array(z.string()),
  results: z.array(z.record(z.string(), z.unknown())),
  count: z.number(),
  /** Quotes the query. */
  error: z.string(),
  expires: z.string(),
}));

/** Rows of `queryRunner.*`. Results are records of a customer. */
export const queryRunner = {
  /** The query travels in the address, whose length is limited, and the body is empty. */
  runQuery: post('/api/connections/{connection_id}/query', {
    query: shape(() => z.strictObject({ query: z.string().optional() })),
    body: shape(() => z.strictObject({})),
    answer: one(QueryResult),
    since,
    starts: true,
    group: 'all',
    secrets: { unquoted: ['query'], answer: ['error'] },
  }),
  /** 404 for anybody but who ran it. Ask again with `nextPage` of the answer as `page` until there is none. */
  getQuery: get('/api/queries/{id}', {
    query: shape(() => z.strictObject({ page: z.string().optional() })),
    answer: linked(QueryResult),
    since,
    group: 'all',
    secrets: { answer: ['error'] },
  }),
};
