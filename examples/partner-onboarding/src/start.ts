/** Onboards one partner and prints what was made. Called again it finds everything there. */
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { onboardPartner } from './workflows';

async function main([partner, email, sharedConnectionId]: string[]): Promise<void> {
  if (!partner || !email || !sharedConnectionId) {
    throw new Error('Usage: npm start -- PARTNER EMAIL CONNECTION_ID');
  }
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  try {
    const client = new Client({ connection, ...(namespace ? { namespace } : {}) });
    const onboarded = await client.workflow.execute<typeof onboardPartner>('onboardPartner', {
      args: [{ partner, email, sharedConnectionId }],
      taskQueue: 'partner-onboarding',
      workflowId: `onboard-${partner}`,
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    console.log(JSON.stringify(onboarded));
  } finally {
    await connection.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof WorkflowFailedError ? error.cause : error);
  process.exitCode = 1;
});
