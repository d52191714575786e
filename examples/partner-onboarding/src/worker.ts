/** A worker for onboarding: the partner key is its own alone, each partner's key is read when it is first needed. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import { PolytomicPlugin, type OrganizationOptions } from 'temporal-polytomic';
import { createOnboardingActivities } from './activities';
import { keyFolder } from './key-folder';

async function main(): Promise<void> {
  const { POLYTOMIC_PARTNER_KEY: partnerKey, POLYTOMIC_URL, PARTNERS = '', KEY_FOLDER = 'keys' } = process.env;
  if (!partnerKey) throw new Error('POLYTOMIC_PARTNER_KEY is missing');
  const url = POLYTOMIC_URL === undefined ? {} : { url: POLYTOMIC_URL };
  const sink = keyFolder(KEY_FOLDER);
  const partners = PARTNERS.split(',').filter((name) => name !== '');
  const organizations = partners.map((name): [string, OrganizationOptions] => [
    name,
    { ...url, apiKey: () => sink.read(name), operations: 'provisioning' },
  ]);
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    const worker = await Worker.create({
      connection,
      ...(namespace ? { namespace } : {}),
      taskQueue: 'partner-onboarding',
      workflowsPath: require.resolve('./workflows'),
      activities: createOnboardingActivities({ ...url, partnerKey, sink }),
      plugins: [new PolytomicPlugin({ organizations: Object.fromEntries(organizations) })],
    });
    await worker.run();
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
