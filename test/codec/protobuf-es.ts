import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFileRegistry, type DescMessage, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const require = createRequire(import.meta.url);
const protocDir = dirname(require.resolve('protoc/package.json'));

/** Runs npm's protoc; what it complains about is the error. */
export function runProtoc(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [join(protocDir, 'protoc.cjs'), ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`protoc: ${stderr}`);
}

/** The FileDescriptorSet of all .proto files below a folder, and of the well-known types. */
export function descriptorSetOf(protoPath: string): Uint8Array {
  const files = readdirSync(protoPath, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.proto'),
  );
  const dir = mkdtempSync(join(tmpdir(), 'pipit-descriptors-'));
  try {
    const out = join(dir, 'set.bin');
    const wellKnown = readdirSync(join(protocDir, 'include/google/protobuf'))
      .filter((name) => /^(any|duration|empty|field_mask|struct|timestamp|wrappers)\.proto$/.test(name))
      .map((name) => `google/protobuf/${name}`);
    runProtoc([`-I${protoPath}`, '--include_imports', `--descriptor_set_out=${out}`, ...files, ...wellKnown]);
    return readFileSync(out);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** protobuf-es, which needs no generated code, told the schema by protoc itself: a third opinion. */
export function registryOf(protoPath: string): FileRegistry {
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSetOf(protoPath)));
}

let testProtos: FileRegistry | undefined;

/** protobuf-es' view of a message under test/proto. */
export function descriptor(typeName: string): DescMessage {
  const found = allDescriptors().getMessage(typeName);
  if (found === undefined) throw new Error(`no message ${typeName} under test/proto`);
  return found;
}

/** Everything under test/proto. */
export function allDescriptors(): FileRegistry {
  return (testProtos ??= registryOf(fileURLToPath(new URL('../proto/', import.meta.url))));
}
