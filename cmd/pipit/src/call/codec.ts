import type { ServiceType } from '@pipit/runtime';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ts } from 'ts-morph';
import { CliError } from '../cli-error.ts';
import { runProtoc } from '../generate/protoc.ts';
import type { Project } from '../project/project.ts';
import type { ScannedMethod } from '../project/services.ts';

/** Makes binary requests of JSON, and JSON of binary answers. */
export interface MethodCodec {
  /** @throws {CliError} for JSON that is not the request's */
  encode(json: string): Uint8Array;
  /** @throws {DecodeError} for bytes that are not the response's */
  decode(body: Uint8Array): string;
}

/**
 * The codec of a method: the code that `pipit gen` would write, made in a temporary folder and loaded from there. So
 * it reads and writes as servers and clients do, and works where nothing has been generated or built.
 */
export async function codecOf(project: Project, method: ScannedMethod): Promise<MethodCodec> {
  const [, own = ''] = /([^.]+)$/.exec(method.service) ?? [];
  // Generated files import each other as compiled code; the project's own options do not matter here.
  const plain = { ...project, pluginOptions: 'import_extension=js' };
  const { files } = await runProtoc(plain, [method.proto]);
  const protos = files.map(({ name }) => name).filter((name) => !name.startsWith('google/protobuf/'));
  const code = (await runProtoc(plain, protos)).generate();
  const folder = await mkdtemp(join(tmpdir(), 'pipit-call-'));
  try {
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    for (const [path, text] of code) {
      const file = join(folder, path.replace(/\.ts$/, '.js'));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, compiled(text));
    }
    const entry = join(folder, method.proto.replace(/\.proto$/, '.twirp.js'));
    const exports = (await import(pathToFileURL(entry).href)) as Record<string, unknown>;
    const services = Object.values(exports).filter(isService);
    const service = services.find(({ typeName }) => typeName === method.service);
    const type = Object.values(service?.methods ?? {}).find(({ name }) => name === method.name);
    if (type === undefined) throw new CliError(`${method.proto} has no method ${own}/${method.name}`);
    return {
      encode(json) {
        try {
          return type.input.encode(type.input.fromJsonString(json));
        } catch (cause) {
          throw new CliError(`the request is no ${type.input.typeName}: ${(cause as Error).message}`, {
            cause,
            status: 2,
          });
        }
      },
      decode(body) {
        const message = type.output.decode(body) as { data?: unknown };
        // As in an envelope's JSON, where no data is `{}`.
        if (type.kind === 'envelope') message.data ??= type.output.create({ data: {} }).data;
        return type.output.toJsonString(message);
      },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** TypeScript without its types, the runtime being this command line's own. */
function compiled(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  return outputText.replace(
    /from '(@pipit\/runtime[^']*)'/g,
    (_, name: string) => `from '${import.meta.resolve(name)}'`,
  );
}

function isService(value: unknown): value is ServiceType {
  return typeof (value as ServiceType | undefined)?.typeName === 'string' && 'methods' in (value as object);
}
