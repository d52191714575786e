/** Stands for a Vault, to try the example: one secret, one token. */
import { createServer, type Server } from 'node:http';

/** Answers like the key-value store (version 2) mounted at `secret`. `secrets`: fields by path. */
export function startFakeVault(secrets: Record<string, Record<string, string>>, token: string): Server {
  return createServer((request, response) => {
    const found = secrets[decodeURIComponent((request.url ?? '').replace('/v1/secret/data/', ''))];
    const status = request.headers['x-vault-token'] !== token ? 403 : found ? 200 : 404;
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(status === 200 ? { data: { data: found } } : { errors: [] }));
  });
}

if (require.main === module) {
  const secrets = { 'default/warehouse': { password: 'only for trying' } };
  startFakeVault(secrets, 'fake-token').listen(8200, '127.0.0.1', () => console.log('http://127.0.0.1:8200'));
}
