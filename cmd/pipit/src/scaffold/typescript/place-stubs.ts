import { ts } from 'ts-morph';
import { type Edit, indentAt, isFirstOnLine, lineStart } from '../../files/text.ts';
import { hasModifier, propertyNameOf } from './declarations.ts';
import type { Implementer } from './implementers.ts';
import { afterComments, appendToList } from './list.ts';
import { type Stub, stubText } from './stub.ts';
import type { Style } from './style.ts';

/**
 * Places new methods: after the last method of the service that stands in the class or object itself,
 * or at its end.
 * @param methods names of the service's methods
 */
export function placeStubs(
  node: Implementer['node'],
  stubs: readonly Stub[],
  style: Style,
  methods: ReadonlySet<string>,
): Edit[] {
  if (stubs.length === 0) return [];
  const { text } = node.getSourceFile();
  if (ts.isObjectLiteralExpression(node)) {
    const indent = indentInside(text, node, node.properties[0], style);
    const range = { items: node.properties, start: node.getStart(), end: node.end - 1 };
    const items = stubs.map((stub) => stubText(stub, style, indent));
    return appendToList(text, range, items, style, { ownLine: true });
  }
  const own = node.members.filter((member) => methods.has(propertyNameOf(member.name) ?? ''));
  const indent = indentInside(text, node, own[0] ?? node.members[0], style);
  const isPublic = own.some((member) => hasModifier(member, ts.SyntaxKind.PublicKeyword));
  const texts = stubs.map((stub) => `${indent}${isPublic ? 'public ' : ''}${stubText(stub, style, indent)}`);
  const blankLine = style.eol + style.eol;
  const last = own.at(-1) ?? node.members.at(-1);
  const end = last === undefined ? undefined : afterComments(text, last.end);
  if (end !== undefined && endsLine(text, end)) {
    return [{ from: end, to: end, text: blankLine + texts.join(blankLine) }];
  }
  const brace = node.end - 1;
  const start = lineStart(text, brace);
  if (isFirstOnLine(text, brace)) {
    const gap = node.members.length > 0 ? style.eol : '';
    return [{ from: start, to: start, text: gap + texts.join(blankLine) + style.eol }];
  }
  // A class on one line: it gets lines.
  const outer = indentAt(text, node.getStart());
  return [{ from: brace, to: brace, text: style.eol + texts.join(blankLine) + style.eol + outer }];
}

/** The indentation inside a class or object. */
function indentInside(text: string, node: ts.Node, member: ts.Node | undefined, style: Style): string {
  const start = member?.getStart();
  if (start !== undefined && isFirstOnLine(text, start) && lineStart(text, start) > node.getStart()) {
    return indentAt(text, start);
  }
  return indentAt(text, node.getStart()) + style.unit;
}

function endsLine(text: string, at: number): boolean {
  const end = text.indexOf('\n', at);
  return text.slice(at, end < 0 ? undefined : end).trim() === '';
}
