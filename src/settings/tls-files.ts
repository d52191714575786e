/** The files of certificates that connections to Polytomic use. */
import { readFileSync } from 'node:fs';
import type { TlsOptions } from '../polytomic/http';
import type { OrganizationOptions } from './plugin-options';

/** @throws Error that names the option. */
export function readTls({ caFile, clientCertFile, clientKeyFile }: OrganizationOptions): TlsOptions | undefined {
  if ((clientCertFile === undefined) !== (clientKeyFile === undefined)) {
    throw new Error(`${clientCertFile === undefined ? 'clientCertFile' : 'clientKeyFile'}: missing beside the other`);
  }
  const ca = readPem('caFile', caFile);
  const cert = readPem('clientCertFile', clientCertFile);
  const key = readPem('clientKeyFile', clientKeyFile);
  if (ca === undefined && cert === undefined) return undefined;
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}

function readPem(option: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${option}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
  }
  if (content.includes('-----BEGIN ')) return content;
  throw new Error(`${option}: expected PEM`);
}
