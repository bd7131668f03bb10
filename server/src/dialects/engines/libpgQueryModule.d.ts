declare module 'libpg-query/wasm/libpg-query.js' {
  /** The Emscripten module of libpg-query: the C functions and the heap access that its own wrapper uses. */
  export interface PgQueryModule {
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _wasm_parse_query_raw(text: number): number;
    _wasm_free_parse_result(result: number): void;
    lengthBytesUTF8(text: string): number;
    stringToUTF8(text: string, pointer: number, bytes: number): void;
    UTF8ToString(pointer: number): string;
    getValue(pointer: number, type: 'i32'): number;
  }
  export interface PgQueryOptions {
    instantiateWasm(imports: object, receive: (instance: object, module: object) => void): object;
    print(line: string): void;
    printErr(line: string): void;
  }
  const factory: (options: PgQueryOptions) => Promise<PgQueryModule>;
  export default factory;
}
