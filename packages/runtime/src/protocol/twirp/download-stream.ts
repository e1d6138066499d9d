import { isBytes } from '../../codec/valid.ts';
import { internal } from '../../rpc/twirp-errors.ts';
import type { StreamFormat } from '../../stream/stream-format.ts';
import { downloadResponse, type Download } from './download.ts';

const nothing: Uint8Array = new Uint8Array();

/** Messages of the download shape as one body: its head is that of the first, and each brings a part of the data. */
export const downloadStream: StreamFormat = {
  headNeedsMessage: true,
  head(call, first: Download = {}) {
    const { status, contentType, headers } = downloadResponse(
      { ...first, data: nothing },
      call.headersSet?.get('content-disposition')[0],
    );
    for (const [name, value] of headers) call.responseHeaders.set(name, value);
    return { status, contentType };
  },
  message(_call, { data = nothing }: Download) {
    if (!isBytes(data)) throw internal(`the download's data can not be sent: ${typeof data}`);
    return data instanceof Uint8Array ? data : new Uint8Array(data);
  },
  end(_call, error) {
    // Half a body must not pass for the whole.
    if (error !== undefined) throw error;
    return nothing;
  },
};
