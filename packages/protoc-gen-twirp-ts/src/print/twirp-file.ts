import { propertyKey, quote } from '../model/names.ts';
import type { FileModel, MethodModel, ServiceModel } from '../model/types.ts';
import type { PluginOptions } from '../options.ts';
import { RUNTIME, RUNTIME_PACKAGE } from '../version.ts';
import { checkModuleOf, checkName } from './check-file.ts';
import { extensionOf, importType, importValue, moduleOf, type PrintContext } from './context.ts';
import { printHeader } from './header.ts';
import { JsonKeys } from './json-keys.ts';
import { methodTraits } from './method-traits.ts';
import { Imports, Printer, relativeImport, textOf } from './printer.ts';

/** `<name>.twirp.ts`: the services of a file, their routes and their clients. */
export function printTwirpFile(file: FileModel, options: PluginOptions): Uint8Array {
  const names = file.services.flatMap((service) => [service.name, service.clientName]);
  const body = new Printer();
  const c: PrintContext = {
    p: body,
    imports: new Imports(names),
    file,
    options,
    codec: `${RUNTIME_PACKAGE}/codec`,
    keys: new JsonKeys(),
  };
  for (const service of file.services) {
    printInterface(c, service);
    printClient(c, service);
    printService(c, service);
  }
  const head = new Printer();
  printHeader(head, file);
  c.imports.print(head);
  head.line();
  head.line(`export * from ${quote(moduleOf(c, file.stem))};`);
  return textOf(head, body);
}

function printInterface(c: PrintContext, service: ServiceModel): void {
  const { p } = c;
  p.doc(service.comment || `What serves ${service.typeName}.`, service.deprecated);
  p.block(`export interface ${service.name} {`, () => {
    for (const method of service.methods) {
      const context = c.imports.type('Context', RUNTIME_PACKAGE);
      const output = importType(c, method.output, method.output.initName);
      const returns = method.stream ? `AsyncIterable<${output}>` : `${output} | Promise<${output}>`;
      p.doc(method.comment, method.deprecated);
      p.line(
        `${propertyKey(method.name)}(request: ${importType(c, method.input)}, context: ${context}): ${returns};`,
      );
    }
    for (const { protoName } of service.clientStreams)
      p.line(`// ${protoName} takes a stream: it is left out, and answers unimplemented.`);
  });
  p.line();
}

function printClient(c: PrintContext, service: ServiceModel): void {
  const { p } = c;
  p.doc(`Calls ${service.name}; made by \`createClient(${service.name}, { baseUrl })\`.`, service.deprecated);
  p.block(`export interface ${service.clientName} {`, () => {
    for (const method of service.methods) {
      const options = c.imports.type(method.stream ? 'StreamOptions' : 'CallOptions', RUNTIME_PACKAGE);
      const input = importType(c, method.input, method.input.initName);
      const result = method.stream ? 'AsyncIterable' : 'Promise';
      p.doc(method.comment, method.deprecated);
      p.line(
        `${propertyKey(method.name)}(request: ${input}, options?: ${options}): ${result}<${importType(c, method.output)}>;`,
      );
    }
  });
  p.line();
}

function printService(c: PrintContext, service: ServiceModel): void {
  const { p } = c;
  const type = c.imports.type('ServiceType', RUNTIME_PACKAGE);
  const make = c.imports.value('serviceType', RUNTIME_PACKAGE);
  p.doc(
    `${service.typeName}: its routes, for servers (\`${service.name}.serve(…)\`) and clients.`,
    service.deprecated,
  );
  p.block(
    `export const ${service.name}: ${type}<${service.name}, ${service.clientName}> = /*#__PURE__*/ ${make}(${quote(service.typeName)}, {`,
    () => {
      for (const method of service.methods) p.line(`${propertyKey(method.name)}: ${methodType(c, method)},`);
    },
    null,
  );
  printSchemaSource(c, service);
  p.line();
}

/** The place of the schema, in a form that bundlers do not follow: who asks for none pays nothing. */
function printSchemaSource({ p, file, options }: PrintContext, service: ServiceModel): void {
  const path = relativeImport(file.stem, file.stem, `.descriptor${extensionOf(options)}`);
  const parts = [
    `runtime: ${quote(RUNTIME)}`,
    `path: ${quote(path)}`,
    'load: (path) => import(/* @vite-ignore */ /* webpackIgnore: true */ path)',
    ...optionBytes('options', service.customOptions),
    ...optionBytes('fileOptions', file.customOptions),
  ];
  const names = service.clientStreams.map(({ protoName }) => quote(protoName));
  const streams = names.length === 0 ? '' : `, [${names.join(', ')}]`;
  p.block('}, {', () => parts.forEach((part) => p.line(`${part},`)), `}${streams});`);
}

/** A property with custom options in base64; none for none. */
function optionBytes(name: string, bytes: Uint8Array): string[] {
  return bytes.length === 0 ? [] : [`${name}: ${quote(Buffer.from(bytes).toString('base64'))}`];
}

/** The rules of the request, in a module that is loaded where they are asked for: servers ask when they start. */
function checkOf(c: PrintContext, { input }: MethodModel): string[] {
  if (!input.checked) return [];
  const module = checkModuleOf(c, input.stem);
  const check = `check: async () => (await import(${quote(module)})).${checkName(input)}`;
  // For the error where the package that runs it is not installed.
  return input.firstCel === undefined ? [check] : [check, `cel: ${quote(input.firstCel)}`];
}

function methodType(c: PrintContext, method: MethodModel): string {
  const parts = [
    `name: ${quote(method.protoName)}`,
    `input: ${importValue(c, method.input)}`,
    `output: ${importValue(c, method.output)}`,
    ...methodTraits(method),
    // What reads one is paid for by the pages that watch.
    ...(method.stream ? [`stream: ${c.imports.value('serverStream', RUNTIME_PACKAGE)}`] : []),
    ...optionBytes('customOptions', method.customOptions),
    ...checkOf(c, method),
  ];
  return `{ ${parts.join(', ')} }`;
}
