import { ts } from 'ts-morph';
import { hasModifier } from './declarations.ts';
import { functionsOf } from './members.ts';
import { isSame, type Messages, type MessageType, type Signature } from './messages.ts';
import type { Modules } from './modules.ts';

/** A type in a signature that shall be another. */
export interface TypeChange {
  readonly node: ts.TypeReferenceNode;
  readonly to: MessageType;
}

/**
 * The types of a method's signature that name what the method took or gave before. Only a type that is exactly
 * the old one is meant: `Pick<HelloRequest, 'id'>` is the user's own, and stays.
 * @param before the signature in the code that was generated last; undefined where that is not known, or where
 *   the code has been generated again since
 */
export function typeChanges(
  modules: Modules,
  messages: Messages,
  member: ts.Node,
  now: Signature,
  before: Signature | undefined,
): TypeChange[] {
  // TypeScript refuses it already: what it is for, only the user knows.
  if (
    hasModifier(member, ts.SyntaxKind.PrivateKeyword) ||
    hasModifier(member, ts.SyntaxKind.ProtectedKeyword)
  ) {
    return [];
  }
  return functionsOf(member).flatMap((signature): TypeChange[] => {
    const file = signature.getSourceFile();
    const read = (type: ts.Node | undefined): MessageType | undefined => messages.read(modules, file, type);
    const isOutdated = (type: MessageType, which: 'input' | 'output'): boolean => {
      const next = now[which];
      const last = before?.[which];
      if (isSame(type, next)) return false;
      if (last !== undefined && !isSame(last, next)) return isSame(type, last);
      // Perhaps generated again since the class was written: a type that TypeScript refuses was the one before.
      // One that it takes may be meant, but for a message without fields, which nobody chooses.
      const isTaken = which === 'input' ? messages.fits(next, type, false) : messages.fits(type, next, true);
      return !isTaken || messages.isEmpty(type);
    };
    const changes: TypeChange[] = [];
    const parameter = signature.parameters.find(({ name }) => name.getText(file) !== 'this');
    const input = read(parameter?.type);
    if (input !== undefined && isOutdated(input, 'input')) {
      changes.push({ node: parameter!.type as ts.TypeReferenceNode, to: now.input });
    }
    for (const node of returned(signature.type) ?? []) {
      const type = read(node);
      if (type === undefined) continue;
      const message = messages.messageOf(type);
      if (!isOutdated(message, 'output')) continue;
      const isInit = message.name !== type.name;
      changes.push({ node, to: isInit ? messages.initOf(now.output) : now.output });
    }
    return changes;
  });
}

/** `T`, `Promise<T>` and `T | Promise<T>`; undefined for anything else. */
function returned(type: ts.TypeNode | undefined): ts.TypeReferenceNode[] | undefined {
  if (type === undefined) return undefined;
  if (ts.isParenthesizedTypeNode(type)) return returned(type.type);
  if (ts.isUnionTypeNode(type)) {
    const parts = type.types.map((part) => returned(part));
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
  }
  if (!ts.isTypeReferenceNode(type)) return undefined;
  const [argument] = type.typeArguments ?? [];
  if (argument === undefined) return [type];
  return ts.isIdentifier(type.typeName) && type.typeName.text === 'Promise' ? returned(argument) : undefined;
}

/** Tells whether a member is written like a method of a service: it takes a generated message and gives one. */
export function looksLikeMethod(modules: Modules, messages: Messages, member: ts.Node): boolean {
  return functionsOf(member).some((signature) => {
    const file = signature.getSourceFile();
    const input = messages.read(modules, file, signature.parameters[0]?.type);
    const output = returned(signature.type)?.map((type) => messages.read(modules, file, type));
    return input !== undefined && output !== undefined && output.every((type) => type !== undefined);
  });
}

/** The signatures that an interface of generated code has, by method. */
export function signaturesOf(
  modules: Modules,
  messages: Messages,
  file: ts.SourceFile,
  service: string,
): Map<string, Signature> {
  const found = new Map<string, Signature>();
  const node = file.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === service,
  ) as ts.InterfaceDeclaration | undefined;
  for (const member of node?.members ?? []) {
    if (!ts.isMethodSignature(member)) continue;
    const input = messages.read(modules, file, member.parameters[0]?.type);
    const output = messages.read(modules, file, returned(member.type)?.[0]);
    const name =
      ts.isIdentifier(member.name) || ts.isStringLiteral(member.name) ? member.name.text : undefined;
    if (name === undefined || input === undefined || output === undefined) continue;
    found.set(name, { input, output: messages.messageOf(output) });
  }
  return found;
}
