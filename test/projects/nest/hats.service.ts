import { Injectable } from '@nestjs/common';
import { invalidArgument, BusinessError } from '@pipit/runtime';
import type { BuyRequest, BuyResponseInit, FileInit, Hats, ListResponseInit } from './rpc/hats.twirp.js';

@Injectable()
export class Stock {
  readonly colors = ['red', 'blue'];
}

/** A provider like any other: Nest injects what it needs. */
@Injectable()
export class HatsService implements Hats {
  constructor(private readonly stock: Stock) {}

  async buy({ size, labels }: BuyRequest): Promise<BuyResponseInit> {
    if (size <= 0) throw invalidArgument('size', 'must be > 0');
    if (size > 60) throw new BusinessError(100, 'No such size');
    return { data: { orderId: 9007199254740993n, labels, receipt: new Uint8Array([0, 255, 128]) } };
  }

  list(): ListResponseInit {
    return { colors: this.stock.colors };
  }

  invoice(): FileInit {
    return {
      contentType: 'application/pdf',
      data: new Uint8Array([37, 80, 68, 70, 0, 255]),
      filename: 'a.pdf',
    };
  }
}
