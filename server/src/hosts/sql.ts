/** `.sql` files: the text is the SQL; it stands as one literal in the only statement of the module. */
import { verbatimMap } from '../text/sourceMap';
import { defineHost, type HostFile, type HostReader } from './host';

const read = (path: string, text: string): HostFile => {
  const span = { start: 0, end: text.length };
  const value = { kind: 'literal', value: text, map: verbatimMap(text.length), span } as const;
  return {
    path,
    host: 'sql',
    imports: [],
    exports: [],
    functions: [
      {
        id: 0,
        params: [],
        body: [{ kind: 'expression', value, span }],
        async: false,
        ownThis: true,
        decorators: [],
        span,
      },
    ],
    classes: [],
    types: [],
    comments: [],
    jsx: [],
    top: [span],
  };
};

const reader: HostReader = { read };

export default defineHost({ id: 'sql', extensions: ['sql'], lineComment: '--', load: async () => reader });
