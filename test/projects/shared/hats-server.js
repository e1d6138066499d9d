import { BusinessError, invalidArgument } from '@pipit/runtime';

/** The implementation that every project serves. */
export class HatsServer {
  async buy({ size, labels }) {
    if (size <= 0) throw invalidArgument('size', 'must be > 0');
    if (size > 60) throw new BusinessError(100, 'No such size');
    return { data: { orderId: 9007199254740993n, labels, receipt: new Uint8Array([0, 255, 128]) } };
  }

  list() {
    return { colors: ['red', 'blue'] };
  }

  invoice() {
    return {
      contentType: 'application/pdf',
      data: new Uint8Array([37, 80, 68, 70, 0, 255]),
      filename: 'a.pdf',
    };
  }
}
