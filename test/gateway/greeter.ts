import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobufjs from 'protobufjs';

const path = fileURLToPath(new URL('../../examples/gateway-python/greeter.proto', import.meta.url));
const { root } = protobufjs.parse(readFileSync(path, 'utf8'), { keepCase: true });

type Name = 'GreetRequest' | 'Greeting' | 'LoginRequest' | 'LoginResponse' | 'ReportRequest' | 'File';

/** A message of the example's proto, by a codec that is not ours; 64-bit numbers are strings. */
export function encode(name: Name, message: object): Buffer {
  const type = root.lookupType(`example.v1.${name}`);
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}

export function decode(name: Name, bytes: Uint8Array = new Uint8Array()): Record<string, unknown> {
  const type = root.lookupType(`example.v1.${name}`);
  return type.toObject(type.decode(bytes), { longs: String, defaults: true });
}
