import { join } from 'node:path';
import { packageFolder, root } from '../lib/paths.js';

/** The plugins, in the order of the table and of each round. `entry` is started by node, as protoc's launcher does. */
export const generators = [
  {
    id: 'pipit',
    title: 'protoc-gen-twirp-ts (Pipit)',
    packages: ['protoc-gen-twirp-ts'],
    entry: join(root, 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js'),
    parameter: '',
  },
  {
    id: 'protoc-gen-es',
    title: 'protoc-gen-es',
    packages: ['@bufbuild/protoc-gen-es'],
    entry: join(packageFolder('@bufbuild/protoc-gen-es'), 'bin/protoc-gen-es'),
    parameter: 'target=ts',
  },
  {
    id: 'ts-proto',
    title: 'ts-proto',
    packages: ['ts-proto'],
    entry: join(packageFolder('ts-proto'), 'protoc-gen-ts_proto'),
    parameter: 'forceLong=bigint,esModuleInterop=true',
  },
  {
    id: 'protobuf-ts',
    title: 'protobuf-ts',
    packages: ['@protobuf-ts/plugin'],
    entry: join(packageFolder('@protobuf-ts/plugin'), 'bin/protoc-gen-ts'),
    parameter: '',
  },
];
