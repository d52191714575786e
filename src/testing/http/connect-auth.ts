/** The token of a Connect session as a credential: it reads its session and nothing else. */
import type { Caller } from './auth';
import type { EmulatorState } from '../state/emulator-state';

/** The caller behind the token, where the operation is the one that takes it; undefined for every other request. */
export function asConnectSession(
  emulator: EmulatorState,
  { operation, token }: { operation: string | undefined; token: string | null },
): Caller | undefined {
  if (operation !== 'connections.getConnectSession' || token === null) return undefined;
  const organization = [...emulator.organizations.values()].find(({ connectSessions }) => connectSessions.has(token));
  return organization && { kind: 'organization', organization, label: 'Connect token' };
}
