#!/usr/bin/env node
// The plugin for the types that the runtime brings: for everybody else they come from there, and are not generated.
import { main } from '../packages/protoc-gen-twirp-ts/dist/main.js';

await main([], { wellKnownTypes: 'generate' });
