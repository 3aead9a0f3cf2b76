import { build } from './setup.mjs';

process.exit(build());
