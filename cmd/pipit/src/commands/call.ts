import { Command } from 'commander';
import type { CallFlags } from '../call/call.ts';

const details = `
METHOD is pkg.Service/Method. In a project, Service/Method or Method will do where only one method of
its protos has that name. Outside of one, JSON and forms can be sent to the whole name.

The request is JSON, {} without any; --form sends a form; --protobuf sends what JSON says as binary
protobuf, and shows the answer as JSON; --validate tells the rules that a request breaks, and does not
send it. Both need the project's protos.
The answer goes to stdout, JSON indented and in colours on a terminal; everything else to stderr.
What a method of kind download sends is written to --output, or to stdout where that is not a terminal.

Exit status:
  0  answered
  1  the server cannot be reached, or its answer cannot be read
  2  wrong command line
  3  the server answered with an error (its code, meaning, HTTP status and trace id are shown)
  4  the server answered with a business error: HTTP 200, code not 0, in an envelope

Examples:
  pipit call user.v0.Echo/Hello '{"message":"hi"}'
  pipit call Hello --form message=hi --form ids=1,2,3
  pipit call Hello --data @request.json --header 'Authorization: Bearer x'
  echo '{"message":"hi"}' | pipit call Hello --data - --protobuf
  pipit call Echo/Hello '{}' --url https://example.com --prefix /twirp --timeout 500
  pipit call Files/Export '{"id":7}' --output report.pdf
`;

/** `pipit call`. */
export function callCommand(): Command {
  return new Command('call')
    .summary('call a method of a running server')
    .description('Calls a method of a running server.')
    .argument('<method>', 'pkg.Service/Method, or as much of it as is unique')
    .argument('[json]', 'the request as JSON (default: {})')
    .option('--url <url>', 'where the server is', 'http://127.0.0.1:8080')
    .option('--prefix <path>', 'path before the service name, / for none (default: RPC_PREFIX, or /api)')
    .option('-f, --form <key=value>', 'send a form with this field; repeatable', collect)
    .option('-H, --header <line>', "send this header, as in 'Name: value'; repeatable", collect)
    .option('-d, --data <json>', 'the request: JSON, @FILE, or - for stdin')
    .option('--get', 'send it in the query of a GET, for a method with no side effects')
    .option('--protobuf', 'send and expect binary protobuf; JSON here')
    .option('--validate', 'send nothing that breaks a rule (buf.validate) of the proto')
    .option('--timeout <ms>', 'how long to wait for the answer; told to the server too', Number)
    .option(
      '--max-bytes <n>',
      'largest answer to read (default: 64 MiB); downloads to a file or pipe may be larger',
      Number,
    )
    .option('-o, --output <file>', 'write the answer to a file')
    .option('-i, --include', 'show the status and headers of the answer, on stderr')
    .option('--raw', 'print the body as it came')
    .option(
      '--root <folder>',
      "the project's folder (default: the nearest above with a package.json and rpc/)",
    )
    .addHelpText('after', details)
    .action(async (method: string, json: string | undefined, flags: CallFlags) => {
      const { call } = await import('../call/call.ts');
      process.exitCode = await call(method, json, flags);
    });
}

function collect(value: string, values: readonly string[] = []): string[] {
  return [...values, value];
}
