// A rule for oxlint: `instanceof` asks only for classes of ours that carry a brand (codec/brand.ts), because an
// application can load two copies of the runtime, and a class of one is nothing to the other.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export const brandedInstanceof = {
  create(context) {
    return {
      "BinaryExpression[operator='instanceof']"(node) {
        if (node.right.type !== 'Identifier') return;
        const { name } = node.right;
        const declared = sourceOf(context, name);
        if (declared === undefined) return;
        if (new RegExp(`class ${name}\\b[^{]*\\{\\s*static \\{\\s*brand\\(this, '${name}'\\)`).test(declared))
          return;
        context.report({
          node,
          message: `${name} has no brand: a value of another copy of the runtime is no instance of it. Call \`brand(this, '${name}')\` in its static block.`,
        });
      },
    };
  },
};

/** The text of the file that declares a class of ours; undefined for one of somebody else's. */
function sourceOf(context, name) {
  const { body } = context.sourceCode.ast;
  for (const statement of body) {
    const declaration = statement.declaration ?? statement;
    if (declaration.type === 'ClassDeclaration' && declaration.id?.name === name)
      return context.sourceCode.text;
    if (statement.type !== 'ImportDeclaration' || !statement.source.value.startsWith('.')) continue;
    if (statement.specifiers.some(({ local }) => local.name === name)) {
      return readFileSync(resolve(dirname(context.filename), statement.source.value), 'utf8');
    }
  }
  return undefined;
}
