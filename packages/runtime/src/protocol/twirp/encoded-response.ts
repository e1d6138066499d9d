/** A response message as it goes into HTTP. */
export interface EncodedResponse {
  readonly status: number;
  readonly contentType: string;
  /** Beside Content-Type; downloads have some. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** It is a download. */
  readonly isFile?: true;
}
