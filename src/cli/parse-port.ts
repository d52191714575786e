/** Reads port numbers from the command line. */
import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError (which commander tells together with the option's name) for anything but a port. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a port number from 0 (any free one) to 65535.');
}
