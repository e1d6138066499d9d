import type { HttpProtocol } from '@pipit/runtime/door';
import type { NodeResponse } from '@pipit/runtime/node';
import type { MetadataEntry } from '../protocol/registry.pb.ts';
import { headersTooLarge } from '../server/requests/failures.ts';
import type { IncomingRequest } from '../server/requests/incoming-request.ts';
import type { RequestFailure } from '../server/requests/sink.ts';
import type { PayloadEnd } from './body-writer.ts';
import { grpcTrailers } from './service-trailers.ts';

/** The end of an answer of gRPC: trailers, which say why where it is not whole. */
export class GrpcEnd implements PayloadEnd {
  readonly #request: IncomingRequest;
  readonly #protocol: HttpProtocol;
  readonly #response: NodeResponse;

  constructor(request: IncomingRequest, protocol: HttpProtocol, response: NodeResponse) {
    this.#request = request;
    this.#protocol = protocol;
    this.#response = response;
  }

  whole(trailers: readonly MetadataEntry[]): void {
    const said = grpcTrailers(trailers);
    this.#response.addTrailers(said ?? this.#errorTrailers(headersTooLarge(this.#request.service)));
  }

  broken(failure: RequestFailure): void {
    this.#response.addTrailers(this.#errorTrailers(failure));
    this.#response.end();
  }

  #errorTrailers({ error }: RequestFailure): Readonly<Record<string, string | string[]>> {
    const { headers } = this.#request;
    const caller = { headers, carriesTrailers: true };
    return this.#protocol.encodeError(error, caller).trailers?.() ?? {};
  }
}
