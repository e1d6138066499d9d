/** The name under which calls that reach no method are counted and traced, because callers make their paths up (OpenTelemetry's word). */
export const noMethod = '_OTHER';
