/** The things that a worker is told at its start. */
export interface WorkerStart {
  /** How many workers there are. */
  readonly count: number;
  /** It is the first of all: it may remove what an earlier process left. */
  readonly isFirst: boolean;
  /** The admin listener, which the process that starts the workers has. */
  readonly admin?: { readonly host: string; readonly port: number } | undefined;
  /** The number of a socket that listens already. */
  readonly socket?: number | undefined;
}

/** The things that a worker is asked for, and how it answers. */
export interface WorkerAnswers {
  /** Its metrics, as `getMetricsAsJSON` of prom-client gives them. */
  metrics(): Promise<MetricsJson>;
  /** `ready`, or why it is not. */
  readiness(): Promise<string>;
  /** Whatever the program asks its workers; undefined where it has no answer. */
  more?(question: unknown): Promise<unknown>;
}

/** Metrics as JSON: the form in which prom-client adds up those of several processes. */
export type MetricsJson = readonly { readonly type: unknown; readonly name: string }[];

/** Where a server listens, for the log and in lines for a terminal. */
export interface Announcement {
  readonly where: object;
  readonly banner: string;
}

export type ToWorker =
  | { readonly ask: keyof WorkerAnswers; readonly id: number; readonly question?: unknown }
  | Told
  | { readonly end: 'soon' | 'when calls are answered' | 'now' };

export type FromWorker =
  | { readonly ready: Announcement }
  | { readonly answer: unknown; readonly id: number }
  | { readonly last: MetricsJson }
  | Told;

/** The program's own: workers and the process that has started them say it to each other unasked. */
interface Told {
  readonly told: unknown;
}
