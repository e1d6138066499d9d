const lineFeed = 10;

/** Takes pieces as a pipe gives them, and hands them on in whole lines: those of several processes must not mix. */
export function wholeLines(take: (lines: Buffer) => void): (piece: Buffer) => void {
  let rest: Buffer[] = [];
  return (piece) => {
    const end = piece.lastIndexOf(lineFeed) + 1;
    if (end === 0) {
      rest.push(piece);
      return;
    }
    const lines = piece.subarray(0, end);
    take(rest.length === 0 ? lines : Buffer.concat([...rest, lines]));
    rest = end === piece.length ? [] : [piece.subarray(end)];
  };
}
