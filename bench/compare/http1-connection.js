import { connect } from 'node:net';

const nothing = Buffer.alloc(0);

/**
 * A keep-alive connection of HTTP/1.1 that sends one request again and again. Of an answer its status and its length are
 * looked at: the load must cost less than the servers it measures. A server may close a connection that was idle, while
 * the other side is measured: the next request then opens a new one.
 */
export class Http1Connection {
  #port;
  #request;
  #onAnswer;
  #onError;
  #socket;
  #underWay = false;
  /** The part read of a head that is not whole yet. */
  #head = nothing;
  #bodyLeft = 0;
  #length = 0;

  /** @param onAnswer called with the bytes of the body when an answer is whole */
  constructor(port, request, onAnswer, onError) {
    this.#port = port;
    this.#request = request;
    this.#onAnswer = onAnswer;
    this.#onError = onError;
  }

  send() {
    this.#underWay = true;
    this.#socket ??= this.#connect();
    this.#socket.write(this.#request);
  }

  close() {
    this.#underWay = false;
    this.#socket?.destroy();
  }

  #connect() {
    const socket = connect(this.#port, '127.0.0.1');
    let answers = 0;
    socket.setNoDelay();
    socket.on('data', (chunk) => {
      answers += 1;
      this.#read(chunk);
    });
    // 'close' follows.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      this.#socket = undefined;
      if (!this.#underWay) return;
      const untouched = this.#bodyLeft === 0 && this.#head.length === 0;
      // It was closed as idle just when the request left.
      if (untouched && answers > 0) this.send();
      else this.#onError(new Error('the server broke a connection'));
    });
    return socket;
  }

  #read(chunk) {
    let rest = chunk;
    if (this.#bodyLeft === 0) {
      const bytes = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
      const end = bytes.indexOf('\r\n\r\n');
      this.#head = end === -1 ? bytes : nothing;
      if (end === -1) return;
      const head = bytes.toString('latin1', 0, end);
      const length = /^content-length: *(\d+)/im.exec(head)?.[1];
      if (!head.startsWith('HTTP/1.1 200 ') || length === undefined) {
        this.#fail(`an answer that was not expected:\n${head}`);
        return;
      }
      this.#length = Number(length);
      this.#bodyLeft = this.#length;
      rest = bytes.subarray(end + 4);
    }
    // One request is under way at a time, so whatever follows the head is its body.
    this.#bodyLeft -= rest.length;
    if (this.#bodyLeft < 0) this.#fail('an answer longer than its Content-Length');
    else if (this.#bodyLeft === 0) {
      this.#underWay = false;
      this.#onAnswer(this.#length);
    }
  }

  #fail(text) {
    this.close();
    this.#onError(new Error(text));
  }
}
