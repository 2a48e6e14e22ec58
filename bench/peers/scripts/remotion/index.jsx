// The film by Remotion: slow zooms, fades, captions, and music that makes room for the voice.
import React from 'react';
import {
	AbsoluteFill,
	Audio,
	Composition,
	Img,
	OffthreadVideo,
	Sequence,
	interpolate,
	registerRoot,
	staticFile,
	useCurrentFrame,
} from 'remotion';

const FADE = 12;

const Scene = ({scene}) => {
	const frame = useCurrentFrame();
	const opacity = interpolate(frame, [0, FADE], [0, 1], {extrapolateRight: 'clamp'});
	const scale = 1 + 0.001 * frame;
	return (
		<AbsoluteFill style={{opacity}}>
			{scene.still ? (
				<Img src={staticFile(scene.picture)} style={{width: '100%', height: '100%', objectFit: 'cover', transform: `scale(${scale})`}} />
			) : (
				<OffthreadVideo src={staticFile(scene.picture)} muted style={{width: '100%', height: '100%', objectFit: 'cover'}} />
			)}
		</AbsoluteFill>
	);
};

const Caption = ({text}) => (
	<AbsoluteFill style={{justifyContent: 'flex-end', alignItems: 'center', paddingBottom: 90}}>
		<div
			style={{
				fontFamily: 'sans-serif',
				fontSize: 52,
				fontWeight: 700,
				color: 'white',
				textAlign: 'center',
				maxWidth: '80%',
				whiteSpace: 'pre-line',
				WebkitTextStroke: '6px black',
				paintOrder: 'stroke fill',
			}}
		>
			{text}
		</div>
	</AbsoluteFill>
);

const Film = ({plan, captions}) => {
	let from = 0;
	const spoken = (frame) => captions.some(({start, end}) => frame >= start && frame < end);
	return (
		<AbsoluteFill style={{backgroundColor: 'black'}}>
			{plan.scenes.map((scene, number) => {
				const start = from;
				from += scene.frames;
				const last = number + 1 === plan.scenes.length;
				return (
					<Sequence key={scene.picture} from={start} durationInFrames={scene.frames + (last ? 0 : FADE)}>
						<Scene scene={scene} />
					</Sequence>
				);
			})}
			{captions.map(({start, end, text}) => (
				<Sequence key={start} from={start} durationInFrames={end - start}>
					<Caption text={text} />
				</Sequence>
			))}
			<Audio src={staticFile(plan.narration)} />
			<Audio src={staticFile(plan.music)} volume={(frame) => (spoken(frame) ? 0.3 : 1)} />
		</AbsoluteFill>
	);
};

registerRoot(() => (
	<Composition
		id="film"
		component={Film}
		width={1920}
		height={1080}
		fps={30}
		durationInFrames={900}
		defaultProps={{plan: {scenes: [], narration: '', music: ''}, captions: []}}
		calculateMetadata={({props}) => ({
			width: props.plan.width,
			height: props.plan.height,
			fps: props.plan.fps,
			durationInFrames: Math.round(props.plan.seconds * props.plan.fps),
		})}
	/>
));
