import type { CalledMethod } from '../client-options.ts';

/** One method as a generated `.json.ts` file describes it: plain data, typed with the JSON of its messages. */
export interface JsonMethod<Request, Response> extends CalledMethod {
  /** Full proto name, for example `user.v0.Echo`. */
  readonly service: string;
  /** Never set; carries `Request`. */
  readonly request?: (request: Request) => void;
  /** Never set; carries `Response`. */
  readonly response?: Response;
}

/** The same for a method that answers with a stream of `Response`. */
export interface JsonStreamMethod<Request, Response> extends JsonMethod<Request, Response> {
  readonly stream: (...args: never) => AsyncIterable<unknown>;
}

/** The output of a method that is a download: `data` is the HTTP body, where JSON inside a message has base64. */
export type JsonDownload<File> = Omit<File, 'data'> & { readonly data: Uint8Array<ArrayBuffer> };
