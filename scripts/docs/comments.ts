/** Doc comments in the sources, as the reference tells them. */
import ts from 'typescript';

/** The comment of a node on one line; empty where it has none. */
export function commentOf(node: ts.Node): string {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = ts.getTextOfJSDocComment(comment?.comment) ?? '';
  return text
    .replace(/\{@link (\S+?)\s*\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The comment of each member of an interface, by the member's name. */
export function membersOf(text: string, name: string): Map<string, string> {
  const source = ts.createSourceFile('interface.ts', text, ts.ScriptTarget.Latest, true);
  const found = source.statements.filter(ts.isInterfaceDeclaration).find((node) => node.name.text === name);
  if (!found) throw new Error(`There is no interface ${name}`);
  return new Map(found.members.map((member) => [member.name?.getText() ?? '', commentOf(member)]));
}
