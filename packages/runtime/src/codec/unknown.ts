/** A message that may hold fields its schema does not know: encoded, one or more in each array, in their order. */
export interface Unknown {
  $unknown?: Uint8Array[] | undefined;
}
