import type { Case, Expected } from './case.ts';

/**
 * Measured cases whose answer this project's wire gives in another way than Twirp's Go server, and what it is
 * here. Everything else of the case stays as it was measured.
 */
export const wireWins: Readonly<Record<string, Partial<Expected>>> = {
  // Outside production the text of whatever was thrown is told (Errors); Go tells of a panic only that it was one.
  'handler-panic-proto': { msg: 'OH NO!', meta: { cause: 'string' } },
  // The last of two spellings of one key wins; refused under `strict` (JSON).
  '{"snake_case_name":null,"snakeCaseName":3}': {
    status: 200,
    twirpCode: null,
    json: { snake_case_name: 3 },
  },
  // A name the enum does not have is ignored; refused under `strict` (JSON). Go does so from protobuf-go 1.33 on.
  '{"color":"NOPE"}': { status: 200, twirpCode: null, json: {} },
  '{"color":"color_red"}': { status: 200, twirpCode: null, json: {} },
  '{"color":"NOPE","b":true}': { status: 200, twirpCode: null, json: { b: true } },
  // A call of gRPC-Web, which is answered in kind (Protocols): what it says is in the last frame.
  'ct-grpc-web': {
    status: 200,
    contentType: 'application/grpc-web+proto',
    twirpCode: null,
    hooks: ['RequestReceived', 'RequestRouted', 'ResponsePrepared', 'ResponseSent'],
  },
};

/** What is to be expected of a case. */
export function asWireSays({ name, expect }: Case): Expected {
  return { ...expect, ...wireWins[name] };
}
