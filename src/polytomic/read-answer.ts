/** Judges an HTTP answer: the operation's value, or the error that it stands for. */
import { z } from 'zod';
import { codeOfStatus, type Fail } from './errors';
import type { Exchanged } from './exchange';
import { isDeeperThan } from './json-depth';
import type { Operation } from './operation';
import { retryAfterMs } from './retry-after';
import type { ApiVersion } from './versions';

interface Reading {
  readonly fail: Fail;
  readonly version: ApiVersion;
  readonly url: string;
  readonly onWarning: (message: string) => void;
  readonly redactText: (text: string) => string;
}

const longestMessage = 1_024;
const longestList = 5;
/** No answer of the API's is deeper; code that walks answers need not fear for its stack. */
const maxDepth = 100;

/** @throws PolytomicError */
export function readAnswer<I, O>(row: Operation<I, O>, answer: Exchanged, reading: Reading): O {
  const { status, header } = answer;
  const met = { answered: true, status, requestId: header('x-request-id') ?? undefined };
  const redirected = status >= 300 && status < 400;
  if (redirected && !(row.answer.kind === 'location' && header('location'))) {
    throw reading.fail('UnexpectedResponse', `answered ${status}: ${redirectOf(answer, reading.url)}`, met);
  }
  if (status >= 400 || status < 200) {
    const message = reading.redactText(messageOf(answer.text)).slice(0, longestMessage);
    const reason = `answered ${status}${message && `: ${message}`}`;
    throw reading.fail(codeOfStatus(status), reason, { ...met, retryAfterMs: retryAfterMs(header, Date.now()) });
  }
  const unexpected = (reason: string, more = {}): Error =>
    reading.fail('UnexpectedResponse', `answered ${status}, ${reason}`, { ...met, ...more });
  const decoded = decode(row, answer, unexpected);
  checkEcho(header('x-polytomic-version'), reading, (reason) => unexpected(reason, { decoded }));
  return decoded;
}

function decode<I, O>(row: Operation<I, O>, answer: Exchanged, unexpected: (reason: string) => Error): O {
  if (isDeeperThan(answer.text, maxDepth)) throw unexpected(`but with more than ${maxDepth} levels of JSON`);
  let body: unknown;
  try {
    body = answer.text.trim() === '' ? undefined : JSON.parse(answer.text);
  } catch {
    throw unexpected('but not with JSON');
  }
  try {
    return row.answer.decode({ body, location: answer.header('location') ?? undefined });
  } catch (error) {
    if (error instanceof z.ZodError) throw unexpected(`but in another shape: ${summaryOf(error)}`);
    throw error;
  }
}

/** An answer of another version may mean something else; one that does not say its version is only worth a warning. */
function checkEcho(echo: string | null, { version, onWarning }: Reading, unexpected: (reason: string) => Error): void {
  if (echo === null) onWarning(`the API does not say which version answers; ${version} was asked for`);
  else if (echo !== version) throw unexpected(`but as version ${echo.slice(0, 32)}; ${version} was asked for`);
}

/** Only the origin is told: the rest of the place may be signed. */
function redirectOf({ header }: Exchanged, url: string): string {
  const place = header('location');
  if (!place || !URL.canParse(place, url)) return 'a redirect to nowhere';
  const { origin } = new URL(place, url);
  return origin === new URL(url).origin ? 'a redirect, which is not followed' : `a redirect to ${origin}, refused`;
}

/** Types and places, never values. */
function summaryOf(error: z.ZodError): string {
  const issues = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return issues.slice(0, longestList).join('; ').slice(0, longestMessage);
}

const errorBody = z.looseObject({
  message: z.string().optional().catch(undefined),
  error: z
    .union([z.string(), z.looseObject({ message: z.string() }).transform(({ message }) => message)])
    .optional()
    .catch(undefined),
});

/** Error bodies come in several shapes, and from gateways as text; a page of HTML tells a reader nothing. */
function messageOf(text: string): string {
  try {
    const found = errorBody.safeParse(JSON.parse(text));
    return found.data?.message ?? found.data?.error ?? '';
  } catch {
    return /^\s*</.test(text) ? '' : text.trim();
  }
}
