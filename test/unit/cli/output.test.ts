/** What commands print never steers the terminal, whatever names and messages of others hold. */
import { describe, expect, it } from '@jest/globals';
import { CliError } from '../../../src/cli/cli-error';
import { toAnswer } from '../../../src/cli/completion/complete';
import { exitCodes } from '../../../src/cli/exit-codes';
import { createOutput } from '../../../src/cli/output';

function printed(text: string): string {
  const written: string[] = [];
  const output = createOutput(
    (line) => written.push(`out ${line}`),
    (line) => written.push(`err ${line}`),
  );
  output.line(text);
  output.note(text);
  expect(written[1]).toBe(written[0]?.replace(/^out/, 'err'));
  return written[0]?.replace(/^out /, '') ?? '';
}

describe('the output of commands', () => {
  it.each([
    ['clears the screen', 'a\u001b[2Jb', 'a\\u001b[2Jb\n'],
    ['sets the title of the window', '\u001b]0;x\u0007', '\\u001b]0;x\\u0007\n'],
    ['goes back to the begin of the line', 'failed\rcompleted', 'failed\\u000dcompleted\n'],
    ['is an 8-bit control', 'a\u009b2J', 'a\\u009b2J\n'],
    ['turns the direction', 'a\u202eb', 'a\\u202eb\n'],
  ])('shows what %s', (_what, text, shown) => {
    expect(printed(text)).toBe(shown);
  });

  it.each(['\u001b[1mbold\u001b[22m \u001b[31mred\u001b[39m', 'a\tb\nc', 'csv,1\r\ncsv,2', '🎉 ✓ déjà'])(
    'leaves %j as it is',
    (text) => {
      expect(printed(text)).toBe(`${text}\n`);
    },
  );

  it('of JSON stays the same JSON', () => {
    const value = { name: 'a\u001b[2J\u009b\u202e\n' };
    expect(JSON.parse(printed(JSON.stringify(value, null, 2)))).toEqual(value);
  });
});

describe('what others wrote', () => {
  it('has no colors of its own in the message of an error', () => {
    const { message } = new CliError(exitCodes.failed, 'Polytomic: \u001b[8mhidden\n  second line');
    expect(message).toBe('Polytomic: \\u001b[8mhidden\n  second line');
  });

  it('adds no line to what a shell is answered', () => {
    const completions = [
      { value: 'Nightly\n:0', description: '' },
      { value: 'Nightly run', description: 'a\nb' },
    ];
    expect(toAnswer(completions, 'n', 4)).toBe('Nightly run\ta\n:4');
  });
});
