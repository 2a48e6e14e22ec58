/**
 * The wire's shapes as the page reads them; nothing runs here.
 *
 * @typedef {{scene_number: number, id?: string, title: string, description: string, card?: string, prompt?: string, seconds?: number,
 *   still_url?: string, state?: 'waiting' | 'rendering' | 'ready', progress?: number}} Scene
 * @typedef {{version: number, video_url: string, captions: Record<string, string>, poster_url: string, manifest_url?: string,
 *   duration: number, created_at: string, current: boolean}} Version
 * @typedef {{title: string, video_url: string, poster_url: string, manifest_url: string, captions: Record<string, string>, duration: number,
 *   size: number, sha256: string, resolution: string, remarks: string[], faults: string[], degraded: Record<string, any>[],
 *   sources: Record<string, string>[], credits: Record<string, string>[], versions?: Version[], video_prompt: string}} Result
 * @typedef {{topic?: string, seconds?: number, size?: string, aspect?: string, tone?: string, video_type?: string}} Understood
 * @typedef {{task_id: string, seq: number, status: 'pending' | 'processing' | 'awaiting_review' | 'completed' | 'failed' | 'cancelled',
 *   phase: string, progress: number, message: string, error: string | null, transcription?: string, created_at: string, updated_at: string,
 *   result: Result | null, estimate?: Record<string, any>, cost?: Record<string, any>, node?: string, type?: string, gone?: boolean,
 *   data: {scenes?: Scene[], understood?: Understood, review?: {stage: string, revision: number, message: string, fault?: string},
 *   seconds_left?: number, cost?: unknown}}} Task
 * @typedef {{conversation_id: string, ai_response: string, questions: string[], ready_to_generate: boolean, task_id: string | null,
 *   accumulated_intent: Record<string, any>, messages: {role: string, content: string, type: string}[]}} Turn
 * @typedef {{task_id: string, stage: string, revision: number, title: string, size: string, cards: string[], scenes: Scene[],
 *   estimate?: Record<string, any>}} Storyboard
 */
export {};
