import { readFileSync } from 'node:fs';
import type { MessageType } from '@pipit/runtime/codec';
import { dynamicTypes as typesOf, startCounting } from '@pipit/runtime/dynamic';
import { readDescriptorSet } from '@pipit/schema';
import type { Types } from './types.ts';

// This file runs in dist, a folder deeper than it stands.
const types = typesOf(readDescriptorSet(readFileSync(new URL('../gen/set.bin', import.meta.url))));

/** The messages that the gateway makes of the official protos' descriptors, without generated code. */
export const dynamicTypes: Types = {
  registry: types.registry,
  message: (typeName) => {
    startCounting();
    return types.message(typeName) as MessageType<object> | undefined;
  },
};
