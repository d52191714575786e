/** Judges an HTTP answer: the operation's value, or the error that it stands for. */
import { z } from 'zod';
import type { Clock } from './clock';
import { codeOfStatus, type Fail, type PolytomicErrorDetails } from './errors';
import type { Exchanged } from './exchange';
import { isDeeperThan } from './json-depth';
import { SecretInId } from './mask-answer';
import type { Operation } from './operation';
import { retryAfterMs } from './retry-after';
import type { TextGuard } from './secret-text';
import type { ApiVersion } from './versions';

interface Reading {
  readonly fail: Fail;
  readonly setup: {
    readonly version: ApiVersion;
    readonly url: string;
    readonly clock: Pick<Clock, 'now'>;
    readonly onWarning: (message: string) => void;
  };
  /** The version that says to have answered, if any. */
  readonly echo: string | undefined;
  /** A text of the server's as it may be shown; undefined where it may quote a secret. */
  readonly showText: TextGuard;
  /** Fields of the request that held secrets; asked for errors only. */
  readonly fieldsOf: () => readonly string[];
  /** @throws SecretInId */
  readonly mask: <T>(value: T) => T;
}

const longestMessage = 1_024;
const longestList = 5;
/** No answer of the API's is deeper; code that walks answers need not fear for its stack. */
const maxDepth = 100;
const longestRequestId = 128;

/** @throws PolytomicError */
export function readAnswer<I, O>(row: Operation<I, O>, answer: Exchanged, reading: Reading): O {
  const { status, header } = answer;
  // Made for errors only: judging the request id costs a quarter of a read.
  const met = (): Met => ({ answered: true, status, requestId: requestIdOf(answer, reading) });
  const redirected = status >= 300 && status < 400;
  if (redirected && !(row.answer.kind === 'location' && header('location'))) {
    throw reading.fail('UnexpectedResponse', `answered ${status}: ${redirectOf(answer, reading)}`, met());
  }
  if (status >= 400 || status < 200) {
    const about = met();
    const shown = showMessage(answer.text, { reading, requestId: about.requestId });
    const fromApi = isOfApi(answer);
    const more = {
      ...about,
      fromApi,
      gateway: status < 500 && !fromApi,
      retryAfterMs: retryAfterMs(header, reading.setup.clock.now()),
      summary: `answered ${status}`,
    };
    throw reading.fail(codeOfStatus(status), `answered ${status}${shown && `: ${shown}`}`, more);
  }
  const unexpected: Unexpected = (reason, more) =>
    reading.fail('UnexpectedResponse', `answered ${status}, ${reason}`, { ...met(), ...more });
  const decoded = maskDecoded(decode(row, answer, unexpected), { reading, unexpected });
  checkEcho(reading.echo, reading, (reason) => unexpected(reason, { decoded, fromApi: true }));
  return decoded;
}

interface Met {
  readonly answered: true;
  readonly status: number;
  readonly requestId: string | undefined;
}

/** A gateway's refusal is no JSON. One that is too long to be read is what its type says. */
function isOfApi({ text, isTooLong, header }: Exchanged): boolean {
  return isTooLong ? /\bjson\b/i.test(header('content-type') ?? '') : isJson(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type Unexpected = (reason: string, more?: Partial<PolytomicErrorDetails>) => Error;

/** What the server says of a refusal, or that it is withheld. */
function showMessage(
  text: string,
  { reading, requestId }: { reading: Reading; requestId: string | undefined },
): string {
  const shown = reading.showText(messageOf(text));
  if (shown !== undefined) return shown.slice(0, longestMessage);
  const about = [
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
    ...reading.fieldsOf().map((name) => `field ${name}`),
  ];
  const told = about.length > 0 ? ` (${about.slice(0, longestList).join(', ')})` : '';
  return `its text is withheld, as it may quote a secret${told}`;
}

function requestIdOf({ header }: Exchanged, { showText }: Reading): string | undefined {
  const id = header('x-request-id')?.slice(0, longestRequestId);
  return id !== undefined && showText(id) === id ? id : undefined;
}

function maskDecoded<O>(decoded: O, { reading, unexpected }: { reading: Reading; unexpected: Unexpected }): O {
  try {
    return reading.mask(decoded);
  } catch (error) {
    if (error instanceof SecretInId) throw unexpected('but with an id that is a secret of the request');
    throw error;
  }
}

function decode<I, O>(row: Operation<I, O>, answer: Exchanged, unexpected: Unexpected): O {
  if (isDeeperThan(answer.text, maxDepth)) throw unexpected(`but with more than ${maxDepth} levels of JSON`);
  let body: unknown;
  try {
    body = answer.text.trim() === '' ? undefined : JSON.parse(answer.text);
  } catch {
    throw unexpected('but not with JSON');
  }
  try {
    return row.answer.decode({ body, location: () => answer.header('location') ?? undefined });
  } catch (error) {
    if (error instanceof z.ZodError) throw unexpected(`but in another shape: ${summaryOf(error)}`, { fromApi: true });
    throw error;
  }
}

/** An answer of another version may mean something else; one that does not say its version is only worth a warning. */
function checkEcho(
  echo: string | undefined,
  { setup: { version, onWarning }, showText }: Reading,
  unexpected: (reason: string) => Error,
): void {
  if (echo === undefined) onWarning(`the API does not say which version answers; ${version} was asked for`);
  else if (echo !== version)
    throw unexpected(`but as version ${showText(echo)?.slice(0, 32) ?? 'unknown'}; ${version} was asked for`);
}

/** Only the origin is told: the rest of the place may be signed. */
function redirectOf({ header }: Exchanged, { setup: { url }, showText }: Reading): string {
  const place = header('location');
  if (!place || !URL.canParse(place, url)) return 'a redirect to nowhere';
  const { origin } = new URL(place, url);
  return origin === new URL(url).origin
    ? 'a redirect, which is not followed'
    : `a redirect to ${showText(origin) ?? 'another host'}, refused`;
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
