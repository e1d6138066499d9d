import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, suite } from './paths.js';
import { MissingError, run } from './process.js';

const tsc = join(root, 'node_modules/.bin/tsc');
const protoc = join(root, 'node_modules/.bin/protoc');
const plugin = join(root, 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js');

/** The files the runner takes its messages from, and its own protocol. */
const protos = [
  'conformance/conformance.proto',
  'google/protobuf/test_messages_proto2.proto',
  'google/protobuf/test_messages_proto2_editions.proto',
  'google/protobuf/test_messages_proto3.proto',
  'google/protobuf/test_messages_proto3_editions.proto',
  'google/protobuf/test_messages_edition2023.proto',
];

/**
 * @typedef {object} Testee
 * @property {string} name
 * @property {string} script speaks the runner's protocol
 * @property {string} knownFailures the list of what it is known to fail
 */

/**
 * Builds the runtime, the plugin, the code it makes of the official protos, the gateway, and our testees on top.
 * @param {string} include where the official protos are
 * @returns {Testee[]}
 * @throws {MissingError}
 */
export function buildTestees(include) {
  for (const tool of [tsc, protoc]) {
    if (!existsSync(tool)) throw new MissingError(`${tool} is missing: run \`npm ci\` first.`);
  }
  run(tsc, ['-b', 'packages/runtime', 'packages/protoc-gen-twirp-ts'], {
    what: 'build the runtime and the plugin',
    cwd: root,
  });
  if (!existsSync(plugin)) throw new MissingError(`the plugin is missing: ${plugin}`);

  const gen = join(suite, 'gen');
  for (const old of [gen, join(suite, 'dist')]) rmSync(old, { recursive: true, force: true });
  mkdirSync(gen);
  const options = [
    `--proto_path=${include}`,
    `--plugin=protoc-gen-twirp-ts=${plugin}`,
    `--twirp-ts_out=${gen}`,
    '--twirp-ts_opt=import_extension=ts',
    '--include_imports',
    `--descriptor_set_out=${join(gen, 'set.bin')}`,
  ];
  run(protoc, [...options, ...protos], { what: 'generate code from the official protos' });
  run(tsc, ['-b', suite], { what: 'compile the testees', cwd: root });
  return [
    {
      name: 'generated code',
      script: join(suite, 'dist/testee.js'),
      knownFailures: join(suite, 'known-failures.txt'),
    },
    {
      name: 'descriptors at run time',
      script: join(suite, 'dist/dynamic-testee.js'),
      knownFailures: join(suite, 'known-failures-dynamic.txt'),
    },
  ];
}
