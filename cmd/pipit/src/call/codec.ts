import { dynamicTypes } from '@pipit/runtime/dynamic';
import { DynamicChecks } from '@pipit/runtime/dynamic/checks';
import { descriptorSetOf } from '@pipit/schema';
import { CliError } from '../cli-error.ts';
import { runProtoc } from '../generate/protoc.ts';
import { printable } from '../ui/printable.ts';
import type { Project } from '../project/project.ts';
import type { ScannedMethod } from '../project/services.ts';

/** Makes binary requests of JSON, and JSON of binary answers. */
export interface MethodCodec {
  /** @throws {CliError} for JSON that is not the request's */
  encode(json: string): Uint8Array;
  /**
   * Holds a request against the rules of its proto (`buf.validate`).
   * @throws {CliError} for JSON that is not the request's, naming every rule that it breaks, or that cannot be applied
   */
  validate(json: string): Promise<void>;
  /** @throws {DecodeError} for bytes that are not the response's */
  decode(this: void, body: Uint8Array): string;
}

function usage(message: string, cause?: unknown): CliError {
  return new CliError(message, { cause, status: 2 });
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
  const readAs = <T>(read: () => T): T => {
    try {
      return read();
    } catch (cause) {
      throw usage(`the request is not a valid ${input.typeName}: ${(cause as Error).message}`, cause);
    }
  };
  return {
    encode: (json) => readAs(() => input.encode(input.fromJsonString(json, unlimited))),
    async validate(json) {
      const message = readAs(() => input.fromJsonString(json, unlimited));
      const set = descriptorSetOf(files.map(({ bytes }) => bytes));
      const broken = await new DynamicChecks(types, set)
        .of(input.typeName)
        .then((check) => check?.violations(message) ?? [])
        .catch((cause: Error) => {
          throw usage(cause.message, cause);
        });
      if (broken.length === 0) return;
      const lines = broken.map(
        ({ field, rule, message: text }) => `  ${field === '' ? '' : `${field}: `}${text} (${rule})`,
      );
      throw usage(`the request breaks rules of its proto, and was not sent:\n${printable(lines.join('\n'))}`);
    },
    decode: (body) =>
      // As in an envelope's JSON, where no data is `{}`.
      output.toJsonString(output.decode(body, unlimited), { envelope: schema.output.kind === 'envelope' }),
  };
}
