// Part of the build: reads and checks the built-in rules once, so that the program need not do it at every start.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueFiles } from '../dist/cli/rule-files.js';
import { checkRules } from '../dist/rules/parse.js';
import { root } from './setup.mjs';

const path = join(root, 'dist', 'rules', 'catalogue.json');
rmSync(path, { force: true });
writeFileSync(path, JSON.stringify(checkRules(catalogueFiles())));
