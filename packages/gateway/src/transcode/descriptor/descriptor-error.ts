/** A descriptor set that cannot be used. `message` says what is wrong, where, and what to do about it. */
export class DescriptorError extends Error {
  override readonly name = 'DescriptorError';
}
