// node bundle.mjs MATERIAL BUNDLE
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {bundle} from '@remotion/bundler';

const [publicDir, outDir] = process.argv.slice(2);
const entryPoint = path.join(path.dirname(fileURLToPath(import.meta.url)), 'index.jsx');
console.log(await bundle({entryPoint, publicDir, outDir}));
