/** The codes of gRPC, by name; for stream/, which knows nothing else of the runtime's. */
export { grpcCode } from '@pipit/runtime/door';
