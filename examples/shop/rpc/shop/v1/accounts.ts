import { BusinessError, type Context } from '@pipit/runtime';
import type { Store } from '../../../server/database.ts';
import { hashPassword, isPassword } from '../../../server/passwords.ts';
import { callerOf, type Caller, type Sessions } from '../../../server/sessions.ts';
import type {
  AccountInit,
  Accounts,
  LogInRequest,
  LogOutRequest,
  LogOutResponseInit,
  MeRequest,
  SessionResponseInit,
  SignUpRequest,
} from './accounts.twirp.ts';

interface AccountRow extends Caller {
  readonly salt: ArrayBuffer;
  readonly password: ArrayBuffer;
}

/** Who shops here. */
export class AccountsServer implements Accounts {
  readonly #store: Store;
  readonly #sessions: Sessions;

  constructor(store: Store, sessions: Sessions) {
    this.#store = store;
    this.#sessions = sessions;
  }

  /** Opens an account and logs it in. Business error 101: the name is taken. */
  async signUp({ name, password }: SignUpRequest, context: Context): Promise<SessionResponseInit> {
    const stored = await hashPassword(password);
    const [account] = this.#store.all<Caller>(
      'INSERT INTO accounts (name, salt, password) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING id, name',
      name,
      stored.salt,
      stored.password,
    );
    if (account === undefined) throw new BusinessError(101, 'This name is taken');
    return { data: { token: this.#sessions.start(account.id, context), account } };
  }

  /** Logs in: pages get a cookie, other callers take the token. Business error 100: wrong name or password. */
  async logIn({ name, password }: LogInRequest, context: Context): Promise<SessionResponseInit> {
    const [row] = this.#store.all<AccountRow>(
      'SELECT id, name, salt, password FROM accounts WHERE name = ?',
      name,
    );
    // Somebody who does not exist takes as long as somebody who does.
    const stored =
      row === undefined
        ? await hashPassword('nobody')
        : { salt: new Uint8Array(row.salt), password: new Uint8Array(row.password) };
    if (!(await isPassword(password, stored)) || row === undefined) {
      throw new BusinessError(100, 'Wrong name or password');
    }
    return {
      data: { token: this.#sessions.start(row.id, context), account: { id: row.id, name: row.name } },
    };
  }

  /** Ends the session of the caller. */
  logOut(_request: LogOutRequest, context: Context): LogOutResponseInit {
    this.#sessions.end(context);
    return {};
  }

  /** The caller's account. */
  me(_request: MeRequest, context: Context): AccountInit {
    return callerOf(context);
  }
}
