import { limits } from '../../platform/platform';
import type { Span } from '../../text/span';
import type { Token, Tokens } from './token';
import { isReserved } from './words';

/** Why reading stopped; thrown inside the reader only, `reader.ts` turns it into a value. */
export class Refusal extends Error {
  constructor(readonly why: 'incomplete' | 'unsupported' | 'too-large') {
    super(why);
  }
}

/** Windows that are named before they are declared: `OVER w … WINDOW w AS (…)`. */
export interface PendingWindow {
  readonly name: string;
  fill(declared: WindowParts): void;
}

export interface WindowParts {
  readonly partitionBy: readonly import('../../query/model').Expr[];
  readonly orderBy: readonly import('../../query/model').Expr[];
}

/** A place in the tokens of one statement. All grammar functions take it first and move it forward, never back. */
export class Cursor {
  private position = 0;
  private depth = 0;
  /** End of the last token taken. */
  lastEnd = 0;
  pendingWindows: PendingWindow[] = [];

  constructor(
    readonly text: string,
    private readonly tokens: Tokens,
  ) {}

  peek(ahead = 0): Token {
    const { list } = this.tokens;
    const token = list[Math.min(this.position + ahead, list.length - 1)];
    if (!token) throw new Refusal('unsupported');
    return token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind === 'end') throw new Refusal('incomplete');
    this.position++;
    this.lastEnd = token.end;
    return token;
  }

  atEnd(): boolean {
    return this.peek().kind === 'end';
  }

  /** Whether the next tokens are these keywords, in this order. */
  at(...words: readonly string[]): boolean {
    return words.every((word, i) => this.peek(i).upper === word);
  }

  atAny(...words: readonly string[]): boolean {
    const { upper } = this.peek();
    return upper !== '' && words.includes(upper);
  }

  atOp(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'op' && token.text === text;
  }

  /** Takes these keywords if all of them are next. */
  take(...words: readonly string[]): boolean {
    if (!this.at(...words)) return false;
    for (const _ of words) this.next();
    return true;
  }

  /** Takes one of these keywords and says which. */
  takeAny(...words: readonly string[]): string | undefined {
    return this.atAny(...words) ? this.next().upper : undefined;
  }

  takeOp(text: string): boolean {
    if (!this.atOp(text)) return false;
    this.next();
    return true;
  }

  expect(...words: readonly string[]): void {
    if (!this.take(...words)) this.fail();
  }

  expectOp(text: string): void {
    if (!this.takeOp(text)) this.fail();
  }

  fail(): never {
    throw new Refusal(this.atEnd() ? 'incomplete' : 'unsupported');
  }

  /** Start of the next token. */
  here(): number {
    return this.peek().start;
  }

  since(start: number): Span {
    return { start, end: Math.max(start, this.lastEnd) };
  }

  /** The source text since `start`. */
  written(start: number): string {
    return this.text.slice(start, this.lastEnd);
  }

  /** Number of tokens from the next one to just behind the bracket that closes it; undefined if it is never closed. */
  bracketLength(ahead = 0): number | undefined {
    const closing = this.tokens.closing[this.position + ahead];
    return closing === undefined || closing < 0 ? undefined : closing - this.position + 1;
  }

  /** Runs one level of the grammar's recursion under the nesting cap. */
  nested<T>(read: () => T): T {
    if (++this.depth > limits.nesting) throw new Refusal('too-large');
    const result = read();
    this.depth--;
    return result;
  }

  /** Whether the token can be an unquoted or quoted name. */
  isName(ahead = 0): boolean {
    const token = this.peek(ahead);
    if (token.kind === 'word') return !isReserved(token.upper);
    return token.kind === 'name' || token.stand?.kind === 'identifier';
  }

  name(): string {
    if (!this.isName()) this.fail();
    return this.next().text;
  }

  /** A name where no keyword can stand: behind a dot, in a list of columns. */
  anyName(): string {
    if (this.peek().kind !== 'word' && !this.isName()) this.fail();
    return this.next().text;
  }

  /** `read` once or more, separated by commas. */
  list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.takeOp(',')) items.push(read());
    return items;
  }

  /** `( read, … )`. */
  bracketed<T>(read: () => T): T[] {
    this.expectOp('(');
    const items = this.list(read);
    this.expectOp(')');
    return items;
  }

  /** Passes over a bracket and all that is in it. */
  skipBracket(): void {
    if (!this.atOp('(')) this.fail();
    const length = this.bracketLength();
    if (length === undefined) throw new Refusal('incomplete');
    for (let i = 0; i < length; i++) this.next();
  }

  skipToEnd(): void {
    while (!this.atEnd()) this.next();
  }
}
