import { connect } from 'node:net';

/**
 * A keep-alive connection of HTTP/1.1 that sends one request again and again. Of an answer its status and its length are
 * looked at: the load must cost less than the servers it measures.
 */
export class Http1Connection {
  #socket;
  #request;
  #onAnswer;
  #onError;
  /** What was read of a head that is not whole yet, or undefined within a body. */
  #head = Buffer.alloc(0);
  #bodyLeft = 0;
  #length = 0;

  /** @param onAnswer called with the bytes of the body when an answer is whole */
  constructor(port, request, onAnswer, onError) {
    this.#request = request;
    this.#onAnswer = onAnswer;
    this.#onError = onError;
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay();
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', onError);
    this.#socket.on('end', () => onError(new Error('the server closed a connection')));
  }

  send() {
    this.#socket.write(this.#request);
  }

  close() {
    this.#socket.destroy();
  }

  #read(chunk) {
    let rest = chunk;
    if (this.#bodyLeft === 0) {
      const bytes = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
      const end = bytes.indexOf('\r\n\r\n');
      this.#head = end === -1 ? bytes : Buffer.alloc(0);
      if (end === -1) return;
      const head = bytes.toString('latin1', 0, end);
      const length = /^content-length: *(\d+)/im.exec(head)?.[1];
      if (!head.startsWith('HTTP/1.1 200 ') || length === undefined) {
        this.#onError(new Error(`an answer that was not expected:\n${head}`));
        return;
      }
      this.#length = Number(length);
      this.#bodyLeft = this.#length;
      rest = bytes.subarray(end + 4);
    }
    // One request is under way at a time, so whatever follows the head is its body.
    this.#bodyLeft -= rest.length;
    if (this.#bodyLeft < 0) this.#onError(new Error('an answer longer than its Content-Length'));
    else if (this.#bodyLeft === 0) this.#onAnswer(this.#length);
  }
}
