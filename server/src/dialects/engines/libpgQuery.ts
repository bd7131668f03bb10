/**
 * PostgreSQL's own grammar, compiled to WASM (libpg-query 18).
 *
 * The package's entry point instantiates at import and looks for its binary beside the bundle; here its Emscripten
 * factory is used directly, with the bytes that the platform hands in.
 */
import type { ParseResult } from 'libpg-query';
import factory, { type PgQueryModule } from 'libpg-query/wasm/libpg-query.js';

export type * from 'libpg-query';

export type RawParse =
  | { readonly ok: true; readonly tree: ParseResult }
  | { readonly ok: false; readonly why: 'incomplete' | 'unsupported' };

export interface LibpgQuery {
  /** Never throws. Locations in the tree are UTF-8 byte offsets, left out where they are zero. */
  parse(text: string): RawParse;
}

/** What is used of `WebAssembly`, which the compiler's libraries without a DOM do not declare. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    compile(bytes: Uint8Array<ArrayBuffer>): Promise<object>;
    readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  };
};

const unsupported: RawParse = { ok: false, why: 'unsupported' };

/** `at end of input`, and whatever was opened and not closed. */
const unfinished = /at end of input|^unterminated /;

export const loadLibpgQuery = async (bytes: Uint8Array<ArrayBuffer>): Promise<LibpgQuery> => {
  const compiled = await WebAssembly.compile(bytes);
  const instantiate = (): Promise<PgQueryModule> =>
    factory({
      instantiateWasm: (imports, receive) => {
        const instance = new WebAssembly.Instance(compiled, imports);
        receive(instance, compiled);
        return instance.exports;
      },
      print: () => undefined,
      printErr: () => undefined,
    });

  // An abort, an overflowed stack or a full heap leaves a module in an unknown state. Spare ones stand ready, because
  // parsing is synchronous and instantiation is not: one at first, some more once it was needed.
  let current: PgQueryModule | undefined = await instantiate();
  const spares: PgQueryModule[] = [];
  let wanted = 1;
  let filling = false;
  const refill = async (): Promise<void> => {
    if (filling) return;
    filling = true;
    try {
      while (current === undefined || spares.length < wanted) {
        const module = await instantiate();
        if (current === undefined) current = module;
        else spares.push(module);
      }
    } catch {
      // Without memory for another one, the next statement asks again.
    } finally {
      filling = false;
    }
  };
  await refill();

  return {
    parse(text) {
      // The C side reads up to the first NUL: the rest would be dropped silently.
      if (text.includes('\0')) return unsupported;
      const module = current;
      if (module === undefined) {
        void refill();
        return unsupported;
      }
      try {
        return parseRaw(module, text);
      } catch (error) {
        // After an overflow of JavaScript's own stack the module goes on working: its stack pointer is restored on the
        // way out. It serves until another one is ready.
        if (spares.length > 0 || !(error instanceof RangeError)) current = spares.pop();
        wanted = 4;
        void refill();
        return unsupported;
      }
    },
  };
};

/** Throws whatever the WASM module throws; the module is then not to be used again. */
const parseRaw = (module: PgQueryModule, text: string): RawParse => {
  const size = module.lengthBytesUTF8(text) + 1;
  const input = module._malloc(size);
  module.stringToUTF8(text, input, size);
  const result = module._wasm_parse_query_raw(input);
  if (result === 0) throw new Error('no result');
  // struct PgQueryParseResult { char *parse_tree; char *stderr_buffer; PgQueryError *error; }
  const error = module.getValue(result + 8, 'i32');
  const tree = module.getValue(result, 'i32');
  let parsed: RawParse = unsupported;
  if (error !== 0) {
    // struct PgQueryError { char *message; … }
    const message = module.UTF8ToString(module.getValue(error, 'i32'));
    // `memory exhausted` is the grammar's own limit of nesting, an error like any other.
    if (/^out of memory/.test(message)) throw new Error(message);
    if (unfinished.test(message)) parsed = { ok: false, why: 'incomplete' };
  } else if (tree !== 0) {
    parsed = { ok: true, tree: JSON.parse(module.UTF8ToString(tree)) as ParseResult };
  }
  module._free(input);
  module._wasm_free_parse_result(result);
  return parsed;
};
