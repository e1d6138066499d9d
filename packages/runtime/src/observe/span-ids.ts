import { sharedKey, type ContextKey } from '../rpc/context-key.ts';

/** The span of a call as log lines name it: OpenTelemetry's own field names, by which log and traces are joined. */
export interface SpanIds {
  /** 32 hex digits. */
  readonly trace_id: string;
  /** 16 hex digits. */
  readonly span_id: string;
}

/** Under this key `tracing` puts them, once a call has a span. */
export const spanIds: ContextKey<SpanIds> = sharedKey('spanIds');
