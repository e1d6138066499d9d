import {
  createContextKey,
  SpanKind,
  trace,
  type Attributes,
  type Context as TraceContext,
  type Span,
} from '@opentelemetry/api';

/** The span of an HTTP instrumentation that a call came in, and its route where the instrumentation asks for it. */
interface HttpMetadata {
  readonly type: string;
  readonly span: Span;
  /** Becomes part of the span's name, and an attribute of the instrumentation's own metrics. */
  route?: string;
}

/** Where instrumentations leave it: the key of `getRPCMetadata` of `@opentelemetry/core`. */
const metadataKey = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/** Spans that have become those of a call. A second call inside of it, by the in-process door, has one of its own. */
const taken = new WeakSet<Span>();

/**
 * The server span that an HTTP instrumentation around us has made for this very request: it becomes the span of the call,
 * because two server spans for one call count every call twice. Undefined where there is none, or none that is recorded.
 * @param path the percent-decoded path of the call
 * @param hasMethod false for a call that reaches no method, whose path callers make up
 */
export function takeHttpSpan(
  around: TraceContext,
  verb: string,
  path: string,
  hasMethod: boolean,
): Span | undefined {
  const metadata = around.getValue(metadataKey) as HttpMetadata | undefined;
  const isHttp = metadata?.type === 'http';
  const span = isHttp ? metadata.span : trace.getSpan(around);
  if (span === undefined || taken.has(span) || !isOfRequest(span, path)) return undefined;
  taken.add(span);
  if (hasMethod) {
    if (isHttp) metadata.route = path;
    span.setAttribute('http.route', path).updateName(`${verb} ${path}`);
  }
  return span;
}

/** The SDK's spans can be read, the API's type does not say so. */
type ReadableSpan = Span & { readonly kind?: SpanKind; readonly attributes?: Attributes };

function isOfRequest(span: ReadableSpan, path: string): boolean {
  const { kind, attributes = {} } = span;
  // The stable name, and the one before.
  const target = attributes['url.path'] ?? attributes['http.target'];
  return kind === SpanKind.SERVER && span.isRecording() && String(target).split('?', 1)[0] === path;
}
