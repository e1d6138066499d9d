/**
 * The headers of answers that pages of other origins have to be let read, for CORS (`Access-Control-Expose-Headers`): ours,
 * and those of Connect and gRPC-Web.
 */
export const exposedHeaders: readonly string[] = [
  'X-Trace-Id',
  'Content-Disposition',
  'X-Pipit-Download',
  'Content-Encoding',
  'Connect-Content-Encoding',
  'Grpc-Encoding',
  'Grpc-Status',
  'Grpc-Message',
  'Grpc-Status-Details-Bin',
];
