/** One key as the gateway knows it: whom it belongs to and what it may do. Never the secret. */
export interface Key {
  readonly id: string;
  readonly owner: string;
  /** Names it may register and call: `pkg.Service`, `pkg.*` for everything below, `*` for all. */
  readonly register: readonly string[];
  readonly call: readonly string[];
  /** Event types it may publish and subscribe to, by the same patterns; undefined for those below what it may register. */
  readonly publish?: readonly string[] | undefined;
  readonly subscribe?: readonly string[] | undefined;
  /** Connections at a time, and requests at a time of its callers and its services; undefined for the gateway's own limits. */
  readonly maxConnections: number | undefined;
  readonly maxInFlight: number | undefined;
  /** Milliseconds since 1970; undefined for never. */
  readonly expires: number | undefined;
}

/** All keys. What they are may change at any time. */
export interface KeyRing {
  /** The key whose text this is, if it is valid now. As slow for a wrong text as for a right one. */
  find(text: string): Key | undefined;
  /** The present policy of a key that `find` gave earlier; undefined where it is not valid any more. */
  current(key: Key): Key | undefined;
  /** True for a service that anybody may call. */
  isPublic(service: string): boolean;
  /** True where a key that is valid now may register `service`; without a name, where one may register any. */
  covers(service?: string): boolean;
  /** Called after the keys have changed. Returns how to stop. */
  onChange(listener: () => void): () => void;
}
