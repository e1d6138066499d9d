/** The times by which gateways judge each other, in milliseconds (gateway.md, Several gateways). */
export const timing = {
  /** Between two signs of life. */
  beacon: 1_000,
  /**
   * For changes of a list to be said together: a service registers several names, and a thousand services come at a time.
   * All hear of it, so in a large cluster each says it less often: so long for each other gateway, but at least `change`.
   */
  change: 20,
  changeForEach: 2,
  /** Between two looks at who is silent. */
  look: 250,
  /** Looks at which nothing may have come from a gateway before it counts as gone: within 3 s of its last beacon. */
  silentLooks: 11,
  /** For an owner to say that it has a request; then another is asked. */
  ack: 1_000,
  /** The same for the one that is asked last: whoever finds nobody hears of it within 3 s. */
  lastAck: 800,
  /** The age up to which an owner may start a request at once. */
  fresh: 300,
  /** The difference of two wall clocks up to which ages are believed. */
  skew: 200,
  /** Between two roll calls: what is lost is noticed within twice that. */
  rollCall: 1_000,
  /** For an entry to say go, and to send the rest of a body. */
  patience: 3_000,
} as const;

/** Gateways that are asked for one request, at most. */
export const mostAttempts = 3;
