// node render.mjs BUNDLE MATERIAL OUT.mp4 BROWSER [lossless]; the bundle is made once by bundle.mjs.
import fs from 'node:fs';
import path from 'node:path';
import {renderMedia, selectComposition} from '@remotion/renderer';

const [serveUrl, material, outputLocation, browserExecutable, lossless] = process.argv.slice(2);
const plan = JSON.parse(fs.readFileSync(path.join(material, 'plan.json'), 'utf-8'));

const frameOf = (stamp) => {
	const [hours, minutes, seconds] = stamp.replace(',', '.').split(':').map(Number);
	return Math.round((hours * 3600 + minutes * 60 + seconds) * plan.fps);
};

const captions = fs
	.readFileSync(path.join(material, plan.captions), 'utf-8')
	.split(/\n\s*\n/)
	.map((block) => block.trim().split('\n'))
	.filter((lines) => lines.length > 2)
	.map(([, times, ...text]) => {
		const [start, end] = times.split(' --> ').map(frameOf);
		return {start, end, text: text.join('\n')};
	});

// Without a network nothing can be fetched, so the browser is Debian's; software rendering, as on any server.
const browser = {browserExecutable, chromeMode: 'chrome-for-testing', chromiumOptions: {gl: 'swangle'}};
const inputProps = {plan, captions};
const composition = await selectComposition({serveUrl, id: 'film', inputProps, ...browser});
const LOSSY = ['-crf', '-preset', '-b:v'];
const withoutLoss = ({args}) =>
	args.includes('libx264')
		? args
				.filter((one, at) => !LOSSY.includes(one) && !LOSSY.includes(args[at - 1]))
				.flatMap((one) => (one === 'libx264' ? [one, '-qp', '0', '-preset', 'ultrafast'] : [one]))
		: args;

await renderMedia({
	serveUrl,
	composition,
	inputProps,
	codec: 'h264',
	outputLocation,
	logLevel: 'error',
	...browser,
	...(lossless ? {imageFormat: 'png', ffmpegOverride: withoutLoss} : {}),
});
process.exit(0);
