/** A .proto file as generated code holds it: `echo.descriptor.ts` exports one. */
export interface FileSource {
  /** `user/v0/echo.proto` */
  readonly path: string;
  /** The files whose types it uses. */
  readonly imports: readonly FileSource[];
  /** A google.protobuf.FileDescriptorProto. */
  readonly base64: string;
}

/** The place of a service's schema, as generated code gives it. */
export interface SchemaSource {
  /** The release of the runtime that the code was generated for, `0.1`; undefined in code that is older than this. */
  readonly runtime?: string;
  /** Of `echo.descriptor.ts`, relative to the code of the service. */
  readonly path: string;
  /** Imports it, from where that code is. Bundlers do not see what, and leave it out. */
  load(path: string): Promise<unknown>;
  /** The custom options of the service and of its file in base64, where there are some. */
  readonly options?: string;
  readonly fileOptions?: string;
}
