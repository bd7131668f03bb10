import type { Target } from './target';
import { analysis, host } from './targets/code';
import { config } from './targets/config';
import { adapters } from './targets/dialects';
import { editor } from './targets/editor';
import { imports } from './targets/importers';
import { lexer } from './targets/lexer';
import { maps } from './targets/sourceMap';

export const targets: readonly Target[] = [lexer, maps, ...adapters, ...imports, config, host, analysis, editor];
