import type { ServiceModel } from 'protoc-gen-twirp-ts';
import { defaultMethod } from './proto-template.ts';
import type { Source } from './typescript/imports.ts';
import { type Messages, signatureOf } from './typescript/messages.ts';
import { stubText } from './typescript/stub.ts';

const style = { eol: '\n', unit: '  ', quote: "'", semicolon: ';' } as const;

interface TemplateInput {
  readonly services: readonly ServiceModel[];
  readonly messages: Messages;
  /** The stem of the services' proto, and the module its types are imported from. */
  readonly stem: string;
  readonly module: string;
  /** The module that the file imports the messages of another proto from. */
  readonly moduleOf: (stem: string) => string;
  readonly runtime: Source;
  /** True if the proto is new, and its method Hello that of the template: it gets an answer. */
  readonly isSample: boolean;
}

/** The user's file as it begins: a class for each service of a proto. */
export function newClassFile(input: TemplateInput): string {
  const { services, messages, stem, runtime, isSample } = input;
  const byModule = new Map<string, Set<string>>([[input.module, new Set(services.map(({ name }) => name))]]);
  const use = (type: { stem: string; name: string }): string => {
    const module = type.stem === stem ? input.module : input.moduleOf(type.stem);
    byModule.set(module, (byModule.get(module) ?? new Set()).add(type.name));
    return type.name;
  };
  let hasStubs = false;
  const classes = services.map(({ name, typeName, methods }) => {
    const members = methods.map((method) => {
      const signature = signatureOf(method);
      const request = use(signature.input);
      const response = use(messages.initOf(signature.output));
      if (isSample && method.protoName === defaultMethod) return sample(method.name, request, response);
      hasStubs = true;
      const route = `${typeName}/${method.protoName}`;
      const { name, stream } = method;
      return `  ${stubText({ name, request, response, stream, unimplemented: 'unimplemented', route }, style, '  ')}`;
    });
    const body = members.length === 0 ? '{}' : `{\n${members.join('\n\n')}\n}`;
    return `/** Serves ${typeName}. */\nexport class ${name}Server implements ${name} ${body}\n`;
  });
  const imports = [...byModule].map(([module, names]) =>
    importLine('import type', [...names].sort(), module),
  );
  if (hasStubs) imports.unshift(importLine('import', ['unimplemented'], runtime.modules[0]!));
  return `${imports.join('')}\n${classes.join('\n')}`;
}

function importLine(keyword: string, names: readonly string[], module: string): string {
  const line = `${keyword} { ${names.join(', ')} } from '${module}';\n`;
  if (line.length <= 111) return line;
  return `${keyword} {\n${names.map((name) => `  ${name},\n`).join('')}} from '${module}';\n`;
}

function sample(name: string, request: string, response: string): string {
  return [
    `  ${name}(request: ${request}): ${response} {`,
    '    return { data: { message: `Hello, ${request.message}!` } };',
    '  }',
  ].join('\n');
}
