import { descriptorSetOf, readFileDescriptor, Schema, type ServiceSchema } from '@pipit/schema';
import type { ServiceType } from '../rpc/service-type.ts';
import { bytesOf, filesOf } from './files.ts';

const reflected = new WeakMap<ServiceType, Promise<ServiceSchema>>();

/**
 * The schema of a service: its methods, their messages and fields, with comments and options. Loads the `.descriptor`
 * file beside the generated code when it is first called.
 * @returns the service; `service.file` is the rest of its file
 * @throws {Error} where that file is not there; {DescriptorError} where it is not valid
 * @example
 * const { comment, methods } = await reflect(Echo);
 * for (const { name, comment, input } of methods) console.log(name, comment, input.fields.map(({ name }) => name));
 */
export function reflect(service: ServiceType): Promise<ServiceSchema> {
  let schema = reflected.get(service);
  if (schema === undefined) {
    schema = schemaOf(service);
    reflected.set(service, schema);
    // A file that was not there may be there the next time.
    schema.catch(() => reflected.delete(service));
  }
  return schema;
}

async function schemaOf(service: ServiceType): Promise<ServiceSchema> {
  const files = await filesOf([service]);
  const schema = new Schema(files.map((file) => readFileDescriptor(bytesOf(file))));
  const found = schema.services.get(service.typeName);
  if (found === undefined) {
    throw new Error(`${service.schema?.path} does not hold ${service.typeName}: generate both again`);
  }
  return found;
}

/**
 * A google.protobuf.FileDescriptorSet with the files of services and those whose types they use, as gateways and gRPC's
 * tools take it.
 * @throws {Error} where a `.descriptor` file is not there
 * @example
 * await writeFile('set.bin', await descriptorSet([Echo]));
 */
export async function descriptorSet(services: readonly ServiceType[]): Promise<Uint8Array> {
  return descriptorSetOf((await filesOf(services)).map(bytesOf));
}
