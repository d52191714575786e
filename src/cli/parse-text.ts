/** Reads texts that have to say something, such as an id: an empty one is a variable of a script that was not set. */
import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError (which commander reports together with the option's name) */
export function parseText(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('Expected a text that is not empty.');
}
