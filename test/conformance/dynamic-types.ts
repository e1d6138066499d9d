import { readFileSync } from 'node:fs';
import type { MessageType } from '@pipit/runtime/codec';
import type * as CreateTranscoder from '../../packages/gateway/dist/transcode/create-transcoder.js';
import type * as Message from '../../packages/gateway/dist/transcode/dynamic/message.js';
import type * as DynamicTypes from '../../packages/gateway/dist/transcode/dynamic/types.js';
import type { Types } from './types.ts';

// Not what the package exports; and this file runs in dist, a folder deeper than it stands.
const transcode = new URL('../../../packages/gateway/dist/transcode/', import.meta.url);
const load = async <Module>(path: string): Promise<Module> =>
  (await import(new URL(path, transcode).href)) as Module;
const { schemaOf } = await load<typeof CreateTranscoder>('create-transcoder.js');
const { startCounting } = await load<typeof Message>('dynamic/message.js');
const { DynamicTypes: Dynamic } = await load<typeof DynamicTypes>('dynamic/types.js');

const types = new Dynamic(schemaOf(readFileSync(new URL('../gen/set.bin', import.meta.url))));

/** What the gateway makes of the official protos' descriptors, without generated code. */
export const dynamicTypes: Types = {
  registry: types.registry,
  message: (typeName) => {
    startCounting();
    return types.message(typeName) as MessageType<object> | undefined;
  },
};
