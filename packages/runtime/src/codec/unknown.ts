/** A message that may hold fields its schema does not know, each chunk with its tag. */
export interface Unknown {
  $unknown?: Uint8Array[] | undefined;
}
