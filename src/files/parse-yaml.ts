/** YAML and JSON as a document, never deeper than what may be recursed over. */
import { Composer, Lexer, LineCounter, Parser, type CST, type Document } from 'yaml';

/** Values may have half of it; the parser counts a few levels of its own. */
const maxNesting = 200;

/** What the parser's own errors say, and no more: their messages quote the text around the fault. */
export interface ParseError {
  code: string;
  at: number;
}

/** A text that was parsed; its document is missing where the text nests too deeply, in its last line. */
export interface ParsedText {
  document: Document | undefined;
  errors: ParseError[];
  lines: LineCounter;
}

/**
 * The parser of tokens keeps its nesting in a list, what composes a document from them recurses. Near the end of the stack V8
 * does not throw where it has to compile a regular expression, it ends the process.
 */
export function parseYaml(text: string): ParsedText {
  const lines = new LineCounter();
  const tokens = tokensOf(text, lines);
  if (!tokens) return { document: undefined, errors: [], lines };
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, merge: true, logLevel: 'error' });
  const [document, next] = composer.compose(tokens, true, text.length);
  const errors = (document?.errors ?? []).map(({ code, pos: [at] }) => ({ code: String(code), at }));
  if (next) errors.push({ code: 'MULTIPLE_DOCS', at: next.range[0] });
  return { document, errors, lines };
}

/** Undefined as soon as the text nests too deeply. */
function tokensOf(text: string, lines: LineCounter): CST.Token[] | undefined {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > maxNesting) return undefined;
  }
  tokens.push(...parser.end());
  return tokens;
}
