#!/usr/bin/env node
// A protoc plugin that keeps its request in the file BENCH_REQUEST names, and answers that it generated nothing but knows
// `optional` (supported_features = FEATURE_PROTO3_OPTIONAL).
import { readFileSync, writeFileSync } from 'node:fs';

writeFileSync(process.env.BENCH_REQUEST, readFileSync(0));
process.stdout.write(Buffer.from([0x10, 0x01]));
