const nanosPerSecond = 1_000_000_000n;

/** A value as protovalidate's messages show it. @param kind of the rules: `int32`, `duration` */
export function shown(kind: string, value: unknown): string {
  if (kind === 'duration') return durationText(value as bigint);
  return kind === 'timestamp' ? timestampText(value as bigint) : String(value);
}

export function shownList(kind: string, values: readonly unknown[]): string {
  return `[${values.map((value) => shown(kind, value)).join(', ')}]`;
}

/** A duration in seconds, as CEL writes it: `1.5s`. */
export function durationText(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  return `${nanos < 0n ? '-' : ''}${size / nanosPerSecond}${fraction(size % nanosPerSecond)}s`;
}

/** A timestamp as RFC 3339 has it. */
function timestampText(nanos: bigint): string {
  let seconds = nanos / nanosPerSecond;
  let rest = nanos % nanosPerSecond;
  if (rest < 0n) {
    seconds -= 1n;
    rest += nanosPerSecond;
  }
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fraction(rest)}Z`;
}

/** As ProtoJSON has it: in groups of three digits. */
function fraction(nanos: bigint): string {
  return nanos === 0n
    ? ''
    : `.${String(nanos)
        .padStart(9, '0')
        .replace(/(?:000)+$/, '')}`;
}
