import { connect } from 'node:net';

const frameHeader = 9;
const [data, headers, rstStream, settings, ping, goAway, windowUpdate] = [0, 1, 3, 4, 6, 7, 8];
const [ack, endStream, endHeaders] = [1, 1, 4];

/**
 * An HTTP/2 connection over plaintext that sends one request again and again (RFC 9113). node:http2's client
 * costs more than the servers it would measure; here a request is a copy of bytes, and of an answer only its
 * frames and the length of its body are looked at.
 */
export class H2Connection {
  /** True when the server has ended it while nothing was under way. */
  isOver = false;
  #socket;
  #request;
  #onAnswer;
  #onError;
  #rest = Buffer.alloc(0);
  #nextStream = 1;
  /** stream → bytes of its body so far */
  #open = new Map();

  /**
   * @param fields header fields, `[name, value]`, pseudo-fields first
   * @param onAnswer called with the stream and the bytes of the body when an answer is whole
   */
  constructor(port, fields, body, onAnswer, onError) {
    this.#onAnswer = onAnswer;
    this.#onError = onError;
    const block = Buffer.concat(fields.flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]));
    this.#request = Buffer.concat([frame(headers, endHeaders, block), frame(data, endStream, body)]);
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay();
    this.#socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    this.#socket.write(frame(settings, 0, Buffer.alloc(0)));
    // Room for all the answers there will be: no need to tell what was read.
    this.#socket.write(frame(windowUpdate, 0, Buffer.of(0x3f, 0xff, 0, 0)));
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', onError);
  }

  /** Sends the request and returns its stream. */
  send() {
    const stream = this.#nextStream;
    this.#nextStream += 2;
    const bytes = Buffer.from(this.#request);
    bytes.writeUInt32BE(stream, 5);
    bytes.writeUInt32BE(stream, frameHeader + bytes.readUIntBE(0, 3) + 5);
    this.#open.set(stream, 0);
    this.#socket.write(bytes);
    return stream;
  }

  close() {
    this.#socket.destroy();
  }

  #read(chunk) {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    // What the answers set off goes out in one piece.
    this.#socket.cork();
    while (bytes.length >= frameHeader) {
      const end = frameHeader + bytes.readUIntBE(0, 3);
      if (bytes.length < end) break;
      this.#frame(bytes[3], bytes[4], bytes.readUInt32BE(5), bytes.subarray(frameHeader, end));
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
    this.#socket.uncork();
  }

  #frame(type, flags, stream, payload) {
    if (type === data || type === headers) {
      const length = this.#open.get(stream) + (type === data ? payload.length : 0);
      if ((flags & endStream) === 0) {
        this.#open.set(stream, length);
      } else {
        this.#open.delete(stream);
        this.#onAnswer(stream, length);
      }
    } else if ((type === settings || type === ping) && (flags & ack) === 0) {
      this.#socket.write(frame(type, ack, type === ping ? payload : Buffer.alloc(0)));
    } else if (type === goAway && this.#open.size === 0) {
      this.isOver = true;
      this.close();
    } else if (type === rstStream || type === goAway) {
      this.#onError(new Error(type === goAway ? 'the server said GOAWAY' : 'the server reset a stream'));
    }
  }
}

/** A frame of stream 0. */
function frame(type, flags, payload) {
  const header = Buffer.alloc(frameHeader);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  return Buffer.concat([header, payload]);
}

/** A string literal of HPACK (RFC 7541, 5.2) of less than 127 bytes, not compressed. */
function text(value) {
  return Buffer.concat([Buffer.of(value.length), Buffer.from(value, 'latin1')]);
}
