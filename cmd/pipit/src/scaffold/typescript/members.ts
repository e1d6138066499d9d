import { ts } from 'ts-morph';
import { hasModifier, propertyNameOf, unwrap } from './declarations.ts';
import type { Modules } from './modules.ts';

/** The members of an implementer, its own and inherited. */
export interface Members {
  /** By name; several for overloads. */
  readonly byName: ReadonlyMap<string, readonly ts.Node[]>;
  /** Something it takes members from that could not be looked into: `...base`, `extends mixin(…)`. */
  readonly opaque: string | undefined;
}

type Holder = ts.ClassLikeDeclaration | ts.ObjectLiteralExpression | ts.InterfaceDeclaration;

export function membersOf(modules: Modules, holder: Holder): Members {
  const byName = new Map<string, ts.Node[]>();
  const opaque = collect(modules, holder, byName, new Set());
  return { byName, opaque };
}

/** @returns what could not be looked into */
function collect(
  modules: Modules,
  holder: Holder,
  byName: Map<string, ts.Node[]>,
  seen: Set<ts.Node>,
): string | undefined {
  if (seen.has(holder)) return undefined;
  seen.add(holder);
  const file = holder.getSourceFile();
  const own = new Map<string, ts.Node[]>();
  for (const member of ownMembers(holder)) {
    const name = propertyNameOf(member.name as ts.PropertyName | undefined);
    if (name !== undefined) own.set(name, [...(own.get(name) ?? []), member]);
  }
  // What is nearer hides what is inherited.
  for (const [name, nodes] of own) if (!byName.has(name)) byName.set(name, nodes);
  let opaque: string | undefined;
  for (const source of sourcesOf(holder)) {
    const bases = lookInto(modules, file, source);
    if (bases === undefined) opaque ??= source.getText(file);
    else for (const base of bases) opaque ??= collect(modules, base, byName, seen);
  }
  return opaque;
}

function ownMembers(holder: Holder): readonly ts.NamedDeclaration[] {
  if (ts.isObjectLiteralExpression(holder)) return holder.properties;
  if (ts.isInterfaceDeclaration(holder)) return holder.members;
  return holder.members.flatMap((member): ts.NamedDeclaration[] => {
    if (hasModifier(member, ts.SyntaxKind.StaticKeyword)) return [];
    if (!ts.isConstructorDeclaration(member)) return [member];
    return member.parameters.filter((parameter) => ts.isParameterPropertyDeclaration(parameter, member));
  });
}

/** The sources of members beside a holder's own: base classes, interfaces of the same name, spreads. */
function sourcesOf(holder: Holder): ts.Node[] {
  if (ts.isObjectLiteralExpression(holder)) {
    return holder.properties.filter(ts.isSpreadAssignment).map(({ expression }) => expression);
  }
  const heritage = (holder.heritageClauses ?? [])
    .filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
    .flatMap(({ types }) => types.map(({ expression }) => expression));
  const name = holder.name?.text;
  const merged = ts.isClassDeclaration(holder)
    ? holder
        .getSourceFile()
        .statements.filter(
          (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
        )
    : [];
  return [...heritage, ...merged];
}

/** undefined where that cannot be done. */
function lookInto(modules: Modules, file: ts.SourceFile, source: ts.Node): Holder[] | undefined {
  if (ts.isInterfaceDeclaration(source)) return [source];
  const value = unwrap(source as ts.Expression);
  if (isHolder(value)) return [value];
  if (ts.isNewExpression(value)) return lookInto(modules, file, value.expression);
  if (ts.isCallExpression(value)) {
    // `mixin(Reads, Writes)`: what it is made of, as far as that is classes.
    const parts = value.arguments.map((argument) => lookInto(modules, file, argument));
    return parts.length > 0 && parts.every((part) => part !== undefined) ? parts.flat() : undefined;
  }
  const nodes = modules.entity(file, value)?.nodes ?? [];
  const holders = nodes.flatMap((node): Holder[] => {
    if (isHolder(node)) return [node];
    if (!ts.isVariableDeclaration(node) || node.initializer === undefined) return [];
    return lookInto(modules, node.getSourceFile(), node.initializer) ?? [];
  });
  return holders.length > 0 ? holders : undefined;
}

function isHolder(node: ts.Node): node is Holder {
  return ts.isClassLike(node) || ts.isObjectLiteralExpression(node) || ts.isInterfaceDeclaration(node);
}

/** The functions of a member whose signature can be read: methods, overloads, arrow functions in properties. */
export function functionsOf(member: ts.Node): ts.SignatureDeclaration[] {
  if (ts.isMethodDeclaration(member) || ts.isMethodSignature(member)) return [member];
  if (ts.isPropertyDeclaration(member) || ts.isPropertyAssignment(member)) {
    const value = member.initializer === undefined ? undefined : unwrap(member.initializer);
    return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value))
      ? [value]
      : [];
  }
  return [];
}
