// An executor for protovalidate's conformance harness (https://github.com/bufbuild/protovalidate):
//   protovalidate-conformance --strict_message -- node test/dist/interop/validate-conformance.js
// It reads a TestConformanceRequest from stdin, to its end, and writes the TestConformanceResponse to stdout.
import { buffer } from 'node:stream/consumers';
import { runCases } from './validate-conformance-executor.ts';

process.stdout.write(await runCases(await buffer(process.stdin)));
