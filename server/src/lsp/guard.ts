/** No request brings the server down, and none leaves the client without an answer. */
import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Session } from './session';

/** Answers `otherwise` where the handler fails; what was cancelled is said to be cancelled. */
export function guarded<Params, Result>(
  session: Session,
  what: string,
  otherwise: Result,
  handle: (params: Params, token: CancellationToken) => Promise<Result> | Result,
): (params: Params, token: CancellationToken) => Promise<Result | ResponseError<void>> {
  return async (params, token) => {
    try {
      await session.ready;
      const result = await handle(params, token);
      return token.isCancellationRequested ? cancelled() : result;
    } catch (error) {
      if (error instanceof ResponseError) return error;
      session.fault(what, error);
      return otherwise;
    }
  };
}

/** For notifications and timers. */
export function attempt(session: Session, what: string, run: () => Promise<unknown> | unknown): void {
  try {
    const result = run();
    if (result instanceof Promise) result.catch((error: unknown) => session.fault(what, error));
  } catch (error) {
    session.fault(what, error);
  }
}

export const cancelled = (): ResponseError<void> => new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled');
