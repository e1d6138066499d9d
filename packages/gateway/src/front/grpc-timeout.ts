const unitMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** `grpc-timeout` in milliseconds (gRPC over HTTP/2, Requests); undefined for none, or one that is malformed. */
export function grpcTimeout(header: string | undefined): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(header ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits) * (unitMs[unit] as number);
}
