/** A worker whose secrets come from a Vault. Ctrl-C stops it gracefully. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import { loadPolytomicOptions, PolytomicPlugin } from 'temporal-polytomic';
import { resolveFromVault } from './vault';

async function main(): Promise<void> {
  const { VAULT_ADDR: address = 'http://127.0.0.1:8200', VAULT_TOKEN_FILE: tokenFile = 'vault-token' } = process.env;
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    const worker = await Worker.create({
      connection,
      ...(namespace ? { namespace } : {}),
      taskQueue: 'polytomic',
      workflowsPath: require.resolve('temporal-polytomic/workflows'),
      plugins: [
        new PolytomicPlugin({
          ...loadPolytomicOptions(process.env),
          operations: 'provisioning',
          resolveSecret: resolveFromVault({ address, tokenFile, mount: 'secret' }),
          // Only connections to PostgreSQL get this one.
          secrets: { 'warehouse#password': { connectionTypes: ['postgresql'] } },
        }),
      ],
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
