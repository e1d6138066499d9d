import { setTimeout as sleep } from 'node:timers/promises';

/** A call not answered by then will never be; in milliseconds. */
const patience = 30_000;

/**
 * Makes one call over any HTTP client.
 * @param call `body` as bytes or, with a pause after each, as `pieces`; `readPause` ms before each of the answer's
 *   first pieces; `leave` goes away while `sending` the body, `waiting` for the answer or `reading` it
 * @param open sends the head, given `onAnswer(status, headers, stream)` and `onError(error)`, and returns the
 *   stream the body is written to
 * @returns `{ status, headers, body }`, or undefined for a call that was left
 * @throws {Error} for a call that is not answered whole
 */
export function exchange(call, open) {
  return new Promise((resolve, reject) => {
    let left = false;
    let answered = false;
    const timer = setTimeout(() => {
      reject(new Error(`not answered within ${patience / 1000} s`));
      stream.destroy();
    }, patience);
    const finish = (answer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    const leave = () => {
      left = true;
      stream.destroy();
      finish(undefined);
    };
    const onError = (error) => {
      if (left) return;
      clearTimeout(timer);
      reject(error);
    };
    const onAnswer = (status, headers, body) => {
      answered = true;
      read(body, call, leave).then((bytes) => finish({ status, headers, body: bytes }), onError);
    };

    const stream = open({ onAnswer, onError });
    // Once the answer has begun, whoever reads it is told if it breaks off.
    stream.once('close', () => {
      if (!answered) onError(new Error('the connection closed before the answer'));
    });
    send(stream, call, leave).catch(onError);
  });
}

async function send(stream, { body, pieces, leave: when }, leave) {
  if (pieces === undefined) {
    stream.end(body);
  } else {
    for (const piece of pieces) {
      if (stream.destroyed) return;
      stream.write(piece);
      await sleep(10);
    }
    if (when === 'sending') leave();
    else stream.end();
  }
  if (when === 'waiting') {
    await sleep(5);
    leave();
  }
}

async function read(stream, { readPause, leave: when }, leave) {
  const chunks = [];
  for await (const chunk of stream) {
    if (when === 'reading') {
      leave();
      break;
    }
    if (readPause !== undefined && chunks.length < 3) await sleep(readPause);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
