/** From a name to syncs that run: one partner, onboarded in one workflow. */
import { proxyActivities } from '@temporalio/workflow';
import { provision, type ProvisionResult } from 'temporal-polytomic/workflow';
import type { OnboardingActivities } from './activities';
import { partnerSpec } from './spec';

// The record of what was made is kept by one of these.
export * from 'temporal-polytomic/workflows';

/** Whom to onboard, and what they get. */
export interface OnboardPartnerInput {
  /** Name of the partner, which is that of its organization and of the worker's settings for it. */
  partner: string;
  /** Address of its first user. */
  email: string;
  /** Id of our own connection that they are given a copy of. */
  sharedConnectionId: string;
}

/** What was made. */
export interface OnboardedPartner {
  organizationId: string;
  resources: ProvisionResult['resources'];
}

const onboarding = proxyActivities<OnboardingActivities>({ startToCloseTimeout: '1 minute' });

/** Started again after any failure it goes on: each step finds what an earlier run made. */
export async function onboardPartner({
  partner,
  email,
  sharedConnectionId,
}: OnboardPartnerInput): Promise<OnboardedPartner> {
  const organizationId = await onboarding.createOrganization({ name: partner });
  const userId = await onboarding.createUser({ organizationId, email });
  await onboarding.deliverKey({ organizationId, userId, partner });
  const name = 'Shared warehouse';
  const connectionId = await onboarding.shareConnection({ organizationId, connectionId: sharedConnectionId, name });
  const spec = partnerSpec({ id: connectionId, name });
  const { resources } = await provision({ organization: partner, spec, timeout: '2 hours' });
  return { organizationId, resources };
}
