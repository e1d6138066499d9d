type Bytes = Uint8Array<ArrayBuffer>;

/** Reads the web's streams, or Node's, as node-fetch has: all that differs is what the methods are called. */
interface Reader {
  read?(): Promise<{ readonly done: boolean; readonly value?: Bytes | undefined }>;
  cancel?(): Promise<void>;
  next?(): Promise<IteratorResult<Bytes, undefined>>;
  return?(): Promise<unknown>;
}

/** The body of an answer, chunk by chunk. */
export interface BodyReader {
  /** The next bytes; undefined at the end. */
  read(): Promise<Bytes | undefined>;
  /** Lets go of the rest, and of the connection. Never throws. */
  cancel(): void;
}

/** A reader of the body; undefined where the engine gives none (React Native). */
export function bodyReader({ body }: Response): BodyReader | undefined {
  const reader = (body?.getReader?.() ?? body?.[Symbol.asyncIterator]?.()) as Reader | undefined;
  if (reader === undefined) return undefined;
  return {
    async read() {
      const { done, value } = await (reader.read?.() ?? reader.next!());
      return done === true ? undefined : value;
    },
    cancel() {
      const pending = reader.cancel?.() ?? reader.return?.();
      pending?.catch(() => undefined);
    },
  };
}
