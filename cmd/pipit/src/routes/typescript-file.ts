import type * as oxc from 'oxc-parser';

/** A name of a type, `Echo` or `echo.Echo`, in the words of its file. */
export interface TypeName {
  readonly name: string;
  /** `echo` of `echo.Echo`. */
  readonly namespace: string | undefined;
}

/** A value of which a file says that it is a service: by a type, or by serving it. */
export interface Claim {
  readonly type: TypeName;
  readonly value: oxc.Class | oxc.Expression;
  /** True if the compiler holds the value to all of the type: not one that is served, nor a part of it. */
  readonly checked: boolean;
}

/** An import of a name: `{ Echo as Api }` is `Echo` of the module, `* as echo` is `*`. */
interface Imported {
  readonly module: string;
  readonly name: string;
}

/** A file of TypeScript, as far as it takes to see what implements a service. */
export interface TypeScriptFile {
  readonly path: string;
  readonly text: string;
  /** Offset of the first syntax error. */
  readonly error: number | undefined;
  readonly imports: ReadonlyMap<string, Imported>;
  /** Classes and initial values of variables by their names, of which the outermost counts. */
  readonly values: ReadonlyMap<string, oxc.Class | oxc.Expression>;
  /** Interfaces by their names: one with a class's name adds to it. */
  readonly interfaces: ReadonlySet<string>;
  readonly exports: ReadonlyMap<string, string>;
  readonly claims: readonly Claim[];
}

/** Types of the language itself: whether a value of one still has all that their argument has. */
const wrappers = new Map([
  ['Promise', true],
  ['Readonly', true],
  ['Required', true],
  ['Omit', false],
  ['Partial', false],
  ['Pick', false],
]);

/** Reads a file of TypeScript. */
export function parseTypeScript(parser: typeof oxc, path: string, text: string): TypeScriptFile {
  const { program, errors } = parser.parseSync(path, text, { preserveParens: false });
  const imports = new Map<string, Imported>();
  const values = new Map<string, oxc.Class | oxc.Expression>();
  const interfaces = new Set<string>();
  const exports = new Map<string, string>();
  const claims: Claim[] = [];
  const claim = (annotation: oxc.TSType | undefined | null, value: oxc.Class | oxc.Expression): void => {
    const found = named(annotation);
    if (found !== undefined) claims.push({ ...found, value });
  };
  const declare = (name: string, value: oxc.Class | oxc.Expression): void => {
    if (!values.has(name)) values.set(name, value);
  };
  const ofClass = (node: oxc.Class): void => {
    if (node.id !== null) declare(node.id.name, node);
    for (const { expression, typeArguments } of node.implements ?? []) {
      const found = nameOf(expression, typeArguments);
      if (found !== undefined) claims.push({ ...found, value: node });
    }
  };
  // What the functions around a place return, the innermost last.
  const returns: (oxc.TSType | undefined)[] = [];
  const enter = ({ returnType }: oxc.Function | oxc.ArrowFunctionExpression): void => {
    returns.push(returnType?.typeAnnotation);
  };
  const leave = (): void => void returns.pop();
  new parser.Visitor({
    ImportDeclaration({ source, specifiers }) {
      for (const specifier of specifiers) {
        const name =
          specifier.type === 'ImportSpecifier'
            ? keyName(specifier.imported)
            : specifier.type === 'ImportDefaultSpecifier'
              ? 'default'
              : '*';
        imports.set(specifier.local.name, { module: source.value, name });
      }
    },
    ExportNamedDeclaration({ source, specifiers }) {
      if (source !== null) return;
      for (const { local, exported } of specifiers) exports.set(keyName(exported), keyName(local));
    },
    ExportDefaultDeclaration({ declaration }) {
      if (declaration.type === 'TSInterfaceDeclaration' || declaration.type === 'FunctionDeclaration') return;
      declare('default', declaration);
    },
    TSInterfaceDeclaration: ({ id }) => void interfaces.add(id.name),
    ClassDeclaration: ofClass,
    ClassExpression: ofClass,
    VariableDeclarator({ id, init }) {
      if (id.type !== 'Identifier' || init === null) return;
      declare(id.name, init);
      claim(id.typeAnnotation?.typeAnnotation, init);
    },
    PropertyDefinition({ typeAnnotation, value }) {
      if (value !== null) claim(typeAnnotation?.typeAnnotation, value);
    },
    TSSatisfiesExpression: ({ expression, typeAnnotation }) => claim(typeAnnotation, expression),
    TSAsExpression: ({ expression, typeAnnotation }) => claim(typeAnnotation, expression),
    FunctionDeclaration: enter,
    'FunctionDeclaration:exit': leave,
    FunctionExpression: enter,
    'FunctionExpression:exit': leave,
    ArrowFunctionExpression(node) {
      enter(node);
      if (node.expression) claim(node.returnType?.typeAnnotation, node.body as oxc.Expression);
    },
    'ArrowFunctionExpression:exit': leave,
    ReturnStatement({ argument }) {
      if (argument !== null) claim(returns.at(-1), argument);
    },
    CallExpression({ callee, arguments: [argument] }) {
      if (callee.type !== 'MemberExpression' || callee.computed || argument === undefined) return;
      if (callee.property.name !== 'serve' || argument.type === 'SpreadElement') return;
      const found = nameOf(callee.object, null);
      if (found !== undefined) claims.push({ ...found, value: argument, checked: false });
    },
  }).visit(program);
  const [error] = errors;
  return {
    path,
    text,
    error: error === undefined ? undefined : (error.labels[0]?.start ?? 0),
    imports,
    values,
    interfaces,
    exports,
    claims,
  };
}

/** The name of a property or of an import, if it can be read from the text. */
export function keyName(key: oxc.PropertyKey | oxc.ModuleExportName): string {
  return key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
}

function named(type: oxc.TSType | undefined | null): Omit<Claim, 'value'> | undefined {
  if (type?.type === 'TSIntersectionType') {
    return type.types.map((part) => named(part)).find((part) => part !== undefined);
  }
  return type?.type === 'TSTypeReference' ? nameOf(type.typeName, type.typeArguments) : undefined;
}

function nameOf(
  expression: oxc.Expression | oxc.TSTypeName,
  typeArguments: oxc.TSTypeParameterInstantiation | null,
): Omit<Claim, 'value'> | undefined {
  if (expression.type === 'Identifier') {
    const isWhole = wrappers.get(expression.name);
    const [argument] = typeArguments?.params ?? [];
    if (isWhole === undefined || argument === undefined) {
      return { type: { name: expression.name, namespace: undefined }, checked: true };
    }
    const inner = named(argument);
    return inner === undefined ? undefined : { ...inner, checked: isWhole && inner.checked };
  }
  const [left, right] =
    expression.type === 'MemberExpression'
      ? [expression.object, expression.property]
      : expression.type === 'TSQualifiedName'
        ? [expression.left, expression.right]
        : [];
  if (left?.type !== 'Identifier' || right?.type !== 'Identifier') return undefined;
  return { type: { name: right.name, namespace: left.name }, checked: true };
}
