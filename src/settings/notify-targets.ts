/** Whom workflows may have told of their syncs: from the owner's options to what activities post to. */
import { z } from 'zod';
import type { NotifyTargetConfig } from '../activities/dependencies';
import { strict, text } from '../inputs/fields';
import { lazy } from '../inputs/lazy';
import { isLoopback } from '../polytomic/url';
import type { NotifyOptions, PolytomicPluginOptions } from './plugin-options';

type UrlSource = Extract<NotifyOptions, { url: unknown }>['url'];

/** One target, as options of the plugin describe it. */
export const notifyShape = lazy(() =>
  z.union(
    [
      strict({
        url: z.custom<UrlSource>((value) => typeof value === 'string' || typeof value === 'function'),
        signingSecret: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
      }),
      strict({ activity: text() }),
    ],
    {
      error:
        'either url (an https URL, or a function that answers one), with signingSecret (a string, or a list of them) or not, ' +
        'or activity (the name of an activity)',
    },
  ),
);

/** What became of the options. */
export interface NotifyTargets {
  readonly targets: ReadonlyMap<string, NotifyTargetConfig>;
  /** Each begins with the option's place; none holds a URL. */
  readonly problems: readonly string[];
}

/** Checks what can be checked before a function is asked for its URL. */
export function resolveNotifyTargets({ notify = {}, allowHttp = false }: PolytomicPluginOptions): NotifyTargets {
  const problems = Object.entries(notify).flatMap(([name, target]) => {
    if (!('url' in target)) return [];
    const found = typeof target.url === 'string' ? wrongUrl(target.url, allowHttp) : undefined;
    return [
      ...(found === undefined ? [] : [`notify.${name}.url: ${found}`]),
      ...(secretsOf(target).every(isSigningSecret) ? [] : [`notify.${name}.signingSecret: expected ${expectedSecret}`]),
    ];
  });
  const targets = Object.entries(notify).map(([name, target]) => [name, configOf(target, allowHttp)] as const);
  return { targets: new Map(targets), problems };
}

function configOf(target: NotifyOptions, allowHttp: boolean): NotifyTargetConfig {
  if ('activity' in target) return { activity: target.activity };
  return { activity: null, url: () => obtainUrl(target.url, allowHttp), signingSecrets: secretsOf(target) };
}

/** The secrets that sign the posts to a target. */
export function secretsOf(target: NotifyOptions): readonly string[] {
  const given = 'url' in target ? (target.signingSecret ?? []) : [];
  return (typeof given === 'string' ? [given] : given).map((secret) => secret.trim());
}

/** What the standard asks for. */
const expectedSecret = '24 to 64 bytes in base64, whsec_ before it or not';

function isSigningSecret(secret: string): boolean {
  const encoded = secret.replace(/^whsec_/, '');
  const bytes =
    /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && encoded.length % 4 === 0 ? Buffer.from(encoded, 'base64') : '';
  return bytes.length >= 24 && bytes.length <= 64;
}

/** What a user's function throws may quote the URL, so it is not repeated. */
async function obtainUrl(source: UrlSource, allowHttp: boolean): Promise<string> {
  const url = typeof source === 'string' ? source : await ask(source);
  const problem = wrongUrl(url, allowHttp);
  if (problem !== undefined) throw new Error(`url: ${problem}`);
  return url.trim();
}

async function ask(source: () => string | Promise<string>): Promise<string> {
  try {
    return String(await source());
  } catch {
    throw new Error('url: the function that should answer it failed');
  }
}

/** Plain http would show both the URL, which is a secret, and the names of syncs to the network. */
function wrongUrl(value: string, allowHttp: boolean): string | undefined {
  if (!URL.canParse(value.trim())) return 'expected an https URL';
  const url = new URL(value.trim());
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'expected an https URL';
  if (url.username || url.password) return 'must not hold a user name or password';
  const open = url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname);
  return open ? 'plain http would show it to the network; use https, or set allowHttp' : undefined;
}
