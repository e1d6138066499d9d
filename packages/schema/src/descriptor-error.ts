/** Descriptors that cannot be used. `message` says what is wrong, where, and what to do about it. */
export class DescriptorError extends Error {
  override readonly name = 'DescriptorError';
}

/** Text that somebody else wrote, cut to a length that fits into a log line. */
export function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
