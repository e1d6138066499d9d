/** One line on a terminal that says what takes long; nothing elsewhere. */
export interface Progress {
  say(text: string): void;
  /** Takes the line away. */
  end(): void;
}

export function progressOn(stream: NodeJS.WriteStream): Progress {
  let shown = false;
  return {
    say(text) {
      if (!stream.isTTY) return;
      stream.write(`\r\x1b[K${text.slice(0, stream.columns - 1)} …`);
      shown = true;
    },
    end() {
      if (shown) stream.write('\r\x1b[K');
      shown = false;
    },
  };
}
