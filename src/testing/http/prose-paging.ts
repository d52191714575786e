/** Lists whose pages only the documentation's prose knows. */
import { listOf, type Answer, type ApiRequest } from './api-request';
import { answerPage, pageOf, type Page } from './paging';
import type { Fields } from '../state/fields';

const listCeiling = 50;

/** What is listed, and how each item is answered. */
export interface ProseList<T> {
  readonly items: readonly T[];
  readonly present: (item: T) => Fields;
}

/** A page as the emulator's option has it. The contract knows no `pagination` here, so it is there only with a token. */
export function answerProsePage<T>(call: ApiRequest, { items, present }: ProseList<T>): Answer {
  const page = prosePage(call, items);
  return page.next === undefined ? listOf(page.items.map(present)) : answerPage(page, present);
}

function prosePage<T>({ query, emulator }: ApiRequest, items: readonly T[]): Page<T> {
  const { page_token: token, limit } = query;
  switch (emulator.options.bulkListPaging) {
    case 'token':
      return pageOf(items, { token, limit, ceiling: listCeiling });
    case 'all':
      return { items };
    case 'ignored':
      return pageOf(items, { ceiling: listCeiling });
    case 'truncated':
      return { items: items.slice(0, listCeiling) };
  }
}
