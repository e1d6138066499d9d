import { dynamicTypes } from '@pipit/runtime/dynamic';
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

/** The request and the response are the user's own: nobody fills memory that is not theirs. */
const unlimited = { messageLimit: Infinity };

/**
 * The codec of a method, made of its descriptors: it reads and writes as servers and clients do, and works where nothing
 * has been generated or built.
 */
export async function codecOf(project: Project, method: ScannedMethod): Promise<MethodCodec> {
  const { files } = await runProtoc(project, [method.proto]);
  const types = dynamicTypes(files);
  const schema = types.schema.services.get(method.service)?.methods.find(({ name }) => name === method.name);
  if (schema === undefined) {
    throw new CliError(`${method.proto} has no method ${method.service}/${method.name}`);
  }
  const input = types.message(schema.input.fullName)!;
  const output = types.message(schema.output.fullName)!;
  return {
    encode(json) {
      try {
        return input.encode(input.fromJsonString(json, unlimited));
      } catch (cause) {
        throw new CliError(`the request is not a valid ${input.typeName}: ${(cause as Error).message}`, {
          cause,
          status: 2,
        });
      }
    },
    decode: (body) =>
      // As in an envelope's JSON, where no data is `{}`.
      output.toJsonString(output.decode(body, unlimited), { envelope: schema.output.kind === 'envelope' }),
  };
}
