/** Credentials that end by themselves. */
import type { TemporaryCredential, User } from '../state/account';
import { ApiFailure, notFound } from '../http/api-failure';
import { data, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import type { Organization } from '../state/emulator-state';

const limits = { shortestSeconds: 600, longestSeconds: 14_400, usualSeconds: 3_600, nameLength: 128, active: 1_000 };

/** Handlers of `temporaryCredentials.*`. */
export const temporaryCredentialRoutes: Handlers = {
  'temporaryCredentials.create': (call) => {
    if (call.caller.temporary !== undefined) {
      throw new ApiFailure(403, 'a temporary credential cannot create another one');
    }
    const { newId } = call.emulator;
    const lifetimeMs = lifetimeOf(call) * 1_000;
    const { organization, user, mode } = subjectOf(call);
    const { account } = organization;
    const active = account.temporaryCredentials.filter(({ expiresAt }) => expiresAt > call.now);
    if (active.length >= limits.active) {
      throw new ApiFailure(429, `the organization has ${limits.active} active temporary credentials`);
    }
    const [id, token, expiresAt] = [newId(), `emulator-temporary-${newId()}`, call.now + lifetimeMs];
    account.temporaryCredentials = [...active, { id, token, userId: user.id, mode, expiresAt }];
    return data({ id, access_token: token, token_type: 'Bearer', expires_at: toTimestamp(expiresAt) });
  },
};

function lifetimeOf({ body }: ApiRequest): number {
  const { duration_seconds: seconds = limits.usualSeconds, session_name: name = '' } = body;
  if (typeof seconds !== 'number' || seconds < limits.shortestSeconds || seconds > limits.longestSeconds) {
    const range = `${limits.shortestSeconds} to ${limits.longestSeconds}`;
    throw new ApiFailure(400, `body.duration_seconds: expected ${range}`);
  }
  if (String(name).length > limits.nameLength) {
    throw new ApiFailure(400, `body.session_name: expected at most ${limits.nameLength} characters`);
  }
  return seconds;
}

interface Subject {
  readonly organization: Organization;
  readonly user: User;
  readonly mode: TemporaryCredential['mode'];
}

interface AskedSubject {
  readonly type: 'user' | 'harbor';
  readonly mode?: TemporaryCredential['mode'];
  readonly organization_id?: string;
  readonly user_id?: string;
  readonly harbor_id?: string;
}

/** The emulator has no Harbors, so that none is ever found. */
function subjectOf(call: ApiRequest): Subject {
  const asked = call.body.subject as AskedSubject;
  if (asked.type === 'harbor') {
    if (asked.mode !== undefined) throw new ApiFailure(400, 'body.subject.mode: not for a Harbor');
    if (asked.harbor_id === undefined) throw new ApiFailure(400, 'body.subject.harbor_id: required for a Harbor');
    throw notFound('Harbor', asked.harbor_id);
  }
  const mode = asked.mode ?? 'user';
  return call.caller.kind === 'partner' ? { ...namedUser(call, asked), mode } : { ...callingUser(call, asked), mode };
}

function namedUser({ emulator }: ApiRequest, { organization_id, user_id }: AskedSubject): Omit<Subject, 'mode'> {
  if (organization_id === undefined) throw new ApiFailure(400, 'body.subject.organization_id: a partner must say it');
  if (user_id === undefined) throw new ApiFailure(400, 'body.subject.user_id: a partner must say it');
  const organization = emulator.organizations.get(organization_id);
  if (organization === undefined) throw notFound('organization', organization_id);
  const user = organization.account.users.get(user_id);
  if (user === undefined) throw notFound('user', user_id);
  return { organization, user };
}

/** Users get credentials for themselves only; an organization's key is nobody for whom there could be one. */
function callingUser({ caller }: ApiRequest, { organization_id, user_id }: AskedSubject): Omit<Subject, 'mode'> {
  const { organization, user } = caller;
  if (user === undefined) throw new ApiFailure(403, 'only a user or a partner can create a temporary credential');
  if ((organization_id ?? organization.id) !== organization.id) {
    throw new ApiFailure(403, 'body.subject.organization_id: not the organization of this key');
  }
  if ((user_id ?? user.id) !== user.id) throw new ApiFailure(403, 'body.subject.user_id: not the user of this key');
  return { organization, user };
}
