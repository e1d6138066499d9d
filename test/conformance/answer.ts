import type { FromJsonOptions, MessageType, ToJsonOptions } from '@pipit/runtime/codec';
import {
  type ConformanceRequest,
  type ConformanceResponseInit,
  TestCategory,
  WireFormat,
} from './gen/conformance/conformance.pb.ts';
import type { Types } from './types.ts';

/** Canonical ProtoJSON, where our own default is Twirp's: proto names, defaults written. */
const canonical: ToJsonOptions = { jsonNames: 'camel', emitDefaults: false };

/** Reads the request's message and writes it again as the request asks. Never throws. */
export function answer(request: ConformanceRequest, types: Types): ConformanceResponseInit {
  const skipped = reasonToSkip(request);
  if (skipped !== undefined) return { result: { case: 'skipped', value: skipped } };
  const type = types.message(request.messageType);
  if (type === undefined)
    return { result: { case: 'skipped', value: `${request.messageType} is not known` } };

  let message: object;
  try {
    message = parse(request, type, types);
  } catch (error) {
    return { result: { case: 'parseError', value: String(error) } };
  }
  try {
    return { result: serialize(request, type, message, types) };
  } catch (error) {
    return { result: { case: 'serializeError', value: String(error) } };
  }
}

function reasonToSkip({ payload, requestedOutputFormat: output }: ConformanceRequest): string | undefined {
  if (payload?.case === 'textPayload' || output === WireFormat.TEXT_FORMAT)
    return 'there is no text format here';
  if (payload?.case === 'jspbPayload' || output === WireFormat.JSPB) return 'there is no JSPB here';
  return undefined;
}

function parse(
  { payload, testCategory }: ConformanceRequest,
  type: MessageType<object>,
  { registry }: Types,
): object {
  const isLenient = testCategory === TestCategory.JSON_IGNORE_UNKNOWN_PARSING_TEST;
  const options: FromJsonOptions = { strict: !isLenient, registry };
  switch (payload?.case) {
    case 'protobufPayload':
      return type.decode(payload.value);
    case 'jsonPayload':
      return type.fromJsonString(payload.value, options);
    default:
      throw new Error(`no way to read ${payload?.case ?? 'a request without a payload'}`);
  }
}

function serialize(
  { requestedOutputFormat }: ConformanceRequest,
  type: MessageType<object>,
  message: object,
  { registry }: Types,
): ConformanceResponseInit['result'] {
  switch (requestedOutputFormat) {
    case WireFormat.PROTOBUF:
      return { case: 'protobufPayload', value: type.encode(message) };
    case WireFormat.JSON:
      return { case: 'jsonPayload', value: type.toJsonString(message, { ...canonical, registry }) };
    default:
      throw new Error(`no way to write format ${requestedOutputFormat}`);
  }
}
