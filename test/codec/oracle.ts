import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

/** protobufjs, reading the same .proto files: a second opinion on every byte. */
export function oracle(path: string, typeName: string): protobuf.Type {
  const root = new protobuf.Root();
  const protos = fileURLToPath(new URL('../proto/', import.meta.url));
  root.resolvePath = (_origin, target) => protos + target;
  root.loadSync(path);
  return root.lookupType(typeName);
}
